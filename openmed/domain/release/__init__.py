"""Moving pointers: flip, rollback, and the products that lead there."""
