"""One module per kind of question about a draft. Each `check` yields advice and never raises; `advice` joins them."""
