"""Writing orders: pure form logic (`form`, `view`), thin widgets over it, and the guard between finger and market."""
