#!/bin/sh
# Every migration in its order, each in a transaction, under one lock for two runs that start at once.
set -eu
for file in /migrations/*.sql; do
  echo "$file"
  psql --set ON_ERROR_STOP=1 --single-transaction --command "SELECT pg_advisory_xact_lock(1)" --file "$file"
done
