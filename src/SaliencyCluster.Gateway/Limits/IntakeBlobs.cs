using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Quotas;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>Where calls store what callers send. Begins one <see cref="CallBlobs"/> for each call.</summary>
internal sealed class IntakeBlobs(IBlobStore blobs, IGrainFactory grains, ILogger<IntakeBlobs> logger)
{
    private readonly Lock _gate = new();

    // What open calls have written: only the last of them that fails may take a blob back, and none after one that has succeeded.
    private readonly Dictionary<string, Shared> _open = [];

    /// <summary>Gets the store, for reading.</summary>
    public IBlobStore Store => blobs;

    /// <summary>Gets the log.</summary>
    public ILogger Log => logger;

    /// <summary>Begins to store for a job or an evaluation.</summary>
    public CallBlobs Begin(Caller caller, WorkKey work) => new(this, ReservationOf(caller, work.ToString()));

    /// <summary>Begins to store for a model.</summary>
    public CallBlobs Begin(Caller caller) => new(this, ReservationOf(caller, "Model"));

    /// <summary>Begins to store without a limit.</summary>
    internal CallBlobs Begin() => new(this, null);

    /// <summary>Says that a call is about to write a blob.</summary>
    internal void Enter(string hash)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(hash, out var shared)) _open[hash] = shared = new();
            shared.Calls++;
        }
    }

    /// <summary>Takes note that it has been written.</summary>
    internal void Written(AddedBlob added)
    {
        lock (_gate)
        {
            var shared = _open[added.Blob.Hash];
            // Made by one of the open calls; every writing leaves a new time on it.
            if (added.IsNew || shared.Made is not null) shared.Made = added.Blob;
        }
    }

    /// <summary>Ends a call's interest in a blob.</summary>
    /// <returns>The blob, where nobody else is interested in it and a failed call has made it.</returns>
    internal BlobInfo? Leave(string hash, bool isKept)
    {
        lock (_gate)
        {
            var shared = _open[hash];
            shared.IsKept |= isKept;
            if (--shared.Calls > 0) return null;
            _open.Remove(hash);
            return shared.IsKept ? null : shared.Made;
        }
    }

    private StorageReservation? ReservationOf(Caller caller, string work) => caller.Limits.StoredBytes is null ? null
        : new(grains.GetGrain<ITenantUsageGrain>(caller.Tenant), work, caller.TenantLimits);

    private sealed class Shared
    {
        public int Calls { get; set; }

        public BlobInfo? Made { get; set; }

        public bool IsKept { get; set; }
    }
}

/// <summary>The room that a call has reserved. Not thread-safe.</summary>
/// <param name="usage">What counts for its tenant.</param>
/// <param name="work">What it is reserved for.</param>
/// <param name="limits">What the tenant may hold.</param>
internal sealed class StorageReservation(ITenantUsageGrain usage, string work, TenantLimits limits)
{
    // Small images need not ask one by one.
    private const long Ahead = 1 << 20;
    private readonly Guid _call = Guid.NewGuid();
    private long _granted;

    /// <summary>Reserves room for all bytes of the call so far.</summary>
    /// <exception cref="SaliencyException">SAL3011.</exception>
    public async Task EnsureAsync(long bytes)
    {
        if (bytes > _granted) _granted = await usage.ReserveAsync(work, _call, bytes, bytes + Ahead, limits);
    }

    /// <summary>Gives it back, but for bytes that could not be removed.</summary>
    public Task ReleaseAsync(long left) => _granted == 0 ? Task.CompletedTask : usage.ReleaseAsync(work, _call, left);
}
