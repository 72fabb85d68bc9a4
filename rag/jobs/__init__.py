"""Documents taken in by several machines: each file is a job in a queue that any number of workers share."""
