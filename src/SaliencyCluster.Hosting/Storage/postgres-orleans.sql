-- Tables and queries of Orleans' ADO.NET membership and grain storage for PostgreSQL 13 and newer.
-- Run in one transaction; may be run again at any time. Every stored query is one statement, and so atomic.
-- A new row's version is the time in seconds: one that is made again after it was deleted never has a version that somebody still knows.
-- A membership change first moves the version row on, whose lock makes changes wait for each other.
CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);

CREATE TABLE IF NOT EXISTS OrleansStorage (
  GrainIdHash integer NOT NULL, GrainIdN0 bigint NOT NULL, GrainIdN1 bigint NOT NULL,
  GrainTypeHash integer NOT NULL, GrainTypeString text NOT NULL, GrainIdExtensionString text NULL,
  ServiceId text NOT NULL, PayloadBinary bytea NULL, ModifiedOn timestamptz NOT NULL, Version integer NULL);
CREATE UNIQUE INDEX IF NOT EXISTS UX_OrleansStorage ON OrleansStorage
  (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, coalesce(GrainIdExtensionString, ''), ServiceId);

CREATE TABLE IF NOT EXISTS OrleansMembershipVersionTable (
  DeploymentId text PRIMARY KEY, Timestamp timestamptz NOT NULL DEFAULT now(), Version integer NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS OrleansMembershipTable (
  DeploymentId text NOT NULL, Address text NOT NULL, Port integer NOT NULL, Generation integer NOT NULL, SiloName text NOT NULL,
  HostName text NOT NULL, Status integer NOT NULL, ProxyPort integer NULL, SuspectTimes text NULL,
  StartTime timestamptz NOT NULL, IAmAliveTime timestamptz NOT NULL,
  PRIMARY KEY (DeploymentId, Address, Port, Generation));

-- Version 1 of this script kept a row of each state that was cleared.
DELETE FROM OrleansStorage WHERE PayloadBinary IS NULL;

INSERT INTO OrleansQuery VALUES
('ReadFromStorageKey', $q$
SELECT PayloadBinary, Version FROM OrleansStorage
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainTypeString = @GrainTypeString AND coalesce(GrainIdExtensionString, '') = coalesce(CAST(@GrainIdExtensionString AS text), '')
  AND ServiceId = @ServiceId $q$),
('WriteToStorageKey', $q$
WITH updated AS (
  UPDATE OrleansStorage SET PayloadBinary = @PayloadBinary, ModifiedOn = now(), Version = Version + 1
  WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainTypeString = @GrainTypeString AND coalesce(GrainIdExtensionString, '') = coalesce(CAST(@GrainIdExtensionString AS text), '')
    AND ServiceId = @ServiceId AND Version = CAST(@GrainStateVersion AS integer)
  RETURNING Version),
inserted AS (
  INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId,
    PayloadBinary, ModifiedOn, Version)
  SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, CAST(@GrainIdExtensionString AS text), @ServiceId,
    CAST(@PayloadBinary AS bytea), now(), CAST(extract(epoch FROM clock_timestamp()) AS integer) - 1700000000
  WHERE CAST(@GrainStateVersion AS integer) IS NULL
  ON CONFLICT DO NOTHING
  RETURNING Version)
SELECT Version AS NewGrainStateVersion FROM updated UNION ALL SELECT Version FROM inserted $q$),
('ClearStorageKey', $q$
UPDATE OrleansStorage SET PayloadBinary = NULL, ModifiedOn = now(), Version = Version + 1
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainTypeString = @GrainTypeString AND coalesce(GrainIdExtensionString, '') = coalesce(CAST(@GrainIdExtensionString AS text), '')
  AND ServiceId = @ServiceId AND Version = CAST(@GrainStateVersion AS integer)
RETURNING Version AS NewGrainStateVersion $q$),
('DeleteStorageKey', $q$
DELETE FROM OrleansStorage
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainTypeString = @GrainTypeString AND coalesce(GrainIdExtensionString, '') = coalesce(CAST(@GrainIdExtensionString AS text), '')
  AND ServiceId = @ServiceId AND Version = CAST(@GrainStateVersion AS integer)
RETURNING Version + 1 AS NewGrainStateVersion $q$),

('InsertMembershipVersionKey', $q$
WITH added AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
SELECT CAST(count(*) AS integer) FROM added $q$),
('InsertMembershipKey', $q$
WITH moved AS (
  UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
  WHERE DeploymentId = @DeploymentId AND Version = @Version AND NOT EXISTS (
    SELECT 1 FROM OrleansMembershipTable
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
  RETURNING 1),
added AS (
  INSERT INTO OrleansMembershipTable
    (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
  SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
  RETURNING 1)
SELECT CAST(count(*) AS integer) FROM added $q$),
('UpdateMembershipKey', $q$
WITH moved AS (
  UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now()
  WHERE DeploymentId = @DeploymentId AND Version = @Version AND EXISTS (
    SELECT 1 FROM OrleansMembershipTable
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
  RETURNING 1),
changed AS (
  UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
  FROM moved WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
  RETURNING 1)
SELECT CAST(count(*) AS integer) FROM changed $q$),
('UpdateIAmAlivetimeKey', $q$
UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation $q$),
('MembershipReadRowKey', $q$
SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime,
  m.IAmAliveTime, v.Version
FROM OrleansMembershipVersionTable v LEFT JOIN OrleansMembershipTable m
  ON v.DeploymentId = m.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
WHERE v.DeploymentId = @DeploymentId $q$),
('MembershipReadAllKey', $q$
SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime,
  m.IAmAliveTime, v.Version
FROM OrleansMembershipVersionTable v LEFT JOIN OrleansMembershipTable m ON v.DeploymentId = m.DeploymentId
WHERE v.DeploymentId = @DeploymentId $q$),
('DeleteMembershipTableEntriesKey', $q$
WITH silos AS (DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId)
DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId $q$),
('GatewaysQueryKey', $q$
SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0 $q$),
('CleanupDefunctSiloEntriesKey', $q$
DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3 $q$),

-- Read by this program only: the version of this script.
('SaliencySchema', '2')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
