// Imported first by each program: what Rung writes is for its own user, because the database holds what people typed.
process.umask(0o077);
