"""The shell of the pages, which people read, print and sign on. They work without a program in the browser, except signing."""
