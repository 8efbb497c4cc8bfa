using SaliencyCluster.Gateway.Errors;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>Lets a fixed number of model uploads in; the next one is told to come back instead of being kept waiting.</summary>
internal sealed class UploadGate(GatewayLimits limits) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _free = new(limits.MaxConcurrentUploads);

    /// <summary>Enters, or refuses at once. Dispose what is returned to leave.</summary>
    /// <exception cref="RetryLaterException">SAL2606.</exception>
    public IDisposable Enter() => _free.Wait(0) ? new Place(_free) : throw new RetryLaterException(
        "SAL2606", $"As many models are being uploaded as may be at once: {limits.MaxConcurrentUploads}.",
        $"Retry in {RetryAfter.TotalSeconds:0} seconds.", RetryAfter);

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
