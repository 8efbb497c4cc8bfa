using SaliencyCluster.Gateway.Errors;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>
/// Lets a fixed number of model uploads in, at most half of them of one tenant; the next one is told to come back instead of being kept waiting.
/// </summary>
/// <param name="limits">How many places there are.</param>
/// <param name="isShared">Whether there may be other tenants.</param>
internal sealed class UploadGate(GatewayLimits limits, bool isShared)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _tenants = [];

    private int MaxOfOneTenant => isShared ? (limits.MaxConcurrentUploads + 1) / 2 : limits.MaxConcurrentUploads;

    /// <summary>Enters, or refuses at once. Dispose what is returned to leave.</summary>
    /// <exception cref="RetryLaterException">SAL2606.</exception>
    public IDisposable Enter(string tenant)
    {
        lock (_gate)
        {
            var own = _tenants.GetValueOrDefault(tenant);
            if (_tenants.Values.Sum() >= limits.MaxConcurrentUploads) throw Refused($"As many models are being uploaded as may be at once: {limits.MaxConcurrentUploads}.");
            if (own >= MaxOfOneTenant) throw Refused($"Tenant '{tenant}' uploads as many models as it may at once: {MaxOfOneTenant}.");
            _tenants[tenant] = own + 1;
        }
        return new Place(this, tenant);
    }

    private void Leave(string tenant)
    {
        lock (_gate)
        {
            // Nothing is kept of a tenant that uploads nothing.
            if (--_tenants[tenant] == 0) _tenants.Remove(tenant);
        }
    }

    private static RetryLaterException Refused(string what) => new("SAL2606", what, $"Retry in {RetryAfter.TotalSeconds:0} seconds.", RetryAfter);

    private sealed class Place(UploadGate gate, string tenant) : IDisposable
    {
        private UploadGate? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave(tenant);
    }
}
