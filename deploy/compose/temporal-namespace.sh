#!/bin/sh
# Creates the namespace if it is missing and waits until the server serves it. Safe to repeat. `coldsweep migrate` adds
# search attributes and schedules. The temporal command itself reads TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.
set -eu

tries=60
until temporal operator cluster health; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "Temporal at $TEMPORAL_ADDRESS is not healthy" >&2; exit 1; }
  sleep 1
done

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 30d

# The frontend's cache learns a new namespace only after some seconds.
until temporal workflow list --namespace "$TEMPORAL_NAMESPACE" --limit 1 >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "namespace $TEMPORAL_NAMESPACE is not available" >&2; exit 1; }
  sleep 1
done
