"""The TRs, one module per family; `catalogue.TRS` has them all."""
