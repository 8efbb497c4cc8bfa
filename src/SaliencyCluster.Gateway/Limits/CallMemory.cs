using SaliencyCluster.Gateway.Errors;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>
/// The memory for what callers send, until it is stored: bounded for all calls together, and for those of one tenant. Bytes of gRPC count as
/// they arrive, so that who sends nothing takes nothing.
/// </summary>
/// <param name="limits">How much there is.</param>
/// <param name="isShared">Whether there may be other tenants.</param>
internal sealed class CallMemory(GatewayLimits limits, bool isShared)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _tenants = [];
    private long _taken;

    // Room for the largest body in any case.
    private long MaxOfOneTenant => isShared ? Math.Max(limits.CallBytes / 2, limits.MaxBodyBytes) : limits.CallBytes;

    /// <summary>Begins a call. Dispose what is returned to end it.</summary>
    /// <param name="tenant">Whose call it is.</param>
    public CallRoom Begin(string tenant) => new(this, tenant);

    /// <exception cref="RetryLaterException">SAL2623.</exception>
    internal void Take(string tenant, long bytes)
    {
        lock (_gate)
        {
            var own = _tenants.GetValueOrDefault(tenant);
            if (own + bytes > MaxOfOneTenant) throw Refused($"What its caller sends at once has more than {MaxOfOneTenant} bytes.");
            if (_taken + bytes > limits.CallBytes) throw Refused($"What all callers send at once has more than {limits.CallBytes} bytes.");
            _tenants[tenant] = own + bytes;
            _taken += bytes;
        }
    }

    internal void GiveBack(string tenant, long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            // Nothing is kept of a tenant that holds nothing.
            if ((_tenants[tenant] -= bytes) == 0) _tenants.Remove(tenant);
        }
    }

    private static RetryLaterException Refused(string why) => new(
        "SAL2623", $"The gateway has not enough free memory for this call now. {why}",
        "Retry in a few seconds; if it stays so, send less at once, or raise Saliency:Gateway:Limits:MaxCallBytes.", RetryAfter);
}

/// <summary>The memory of one call. Not thread-safe.</summary>
internal sealed class CallRoom(CallMemory memory, string tenant) : IDisposable
{
    private long _bytes;

    /// <summary>Gets why no more was given; null where all was.</summary>
    public RetryLaterException? Refusal { get; private set; }

    /// <summary>Counts bytes that are held from now on.</summary>
    /// <exception cref="RetryLaterException">SAL2623: there is no room for them.</exception>
    public void Take(long bytes)
    {
        try
        {
            memory.Take(tenant, bytes);
            _bytes += bytes;
        }
        catch (RetryLaterException refused)
        {
            Refusal = refused;
            throw;
        }
    }

    /// <summary>Says that nothing is held any more.</summary>
    public void Release()
    {
        if (_bytes > 0) memory.GiveBack(tenant, _bytes);
        _bytes = 0;
    }

    public void Dispose() => Release();
}
