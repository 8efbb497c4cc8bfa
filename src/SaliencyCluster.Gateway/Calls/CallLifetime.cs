using Grpc.Core;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Identity.Tokens;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>
/// How long a call may take: until the caller goes away, its key is refused, or the gateway shuts down, so that callers reconnect elsewhere
/// at once instead of being cut off late.
/// </summary>
internal sealed class CallLifetime(IHostApplicationLifetime lifetime, KeyStore keys, TimeProvider clock)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    /// <summary>Gets whether the gateway shuts down.</summary>
    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Makes a source that is cancelled when the call must end.</summary>
    public CancellationTokenSource Link(ServerCallContext context) => Link(context.GetHttpContext(), context.CancellationToken);

    /// <summary>Makes a source that is cancelled when the request must end.</summary>
    public CancellationTokenSource Link(HttpContext context, CancellationToken gone)
    {
        var caller = CallerOf(context);
        var link = CancellationTokenSource.CreateLinkedTokenSource(
            gone, lifetime.ApplicationStopping, caller is { Expires: null } ? keys.EndOf(caller.Key) : CancellationToken.None);
        // A token ends at its time; nobody can take it back before.
        if (caller?.Expires - clock.GetUtcNow() is { } left)
            link.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestTimer ? left : LongestTimer);
        return link;
    }

    /// <summary>Says why the key of a call that was let in is refused by now; null where it is not.</summary>
    public SaliencyException? Refusal(HttpContext context) => CallerOf(context) switch
    {
        null => null,
        { Expires: { } expires } => expires <= clock.GetUtcNow() ? TokenErrors.Expired(expires) : null,
        var caller => keys.Refusal(caller.Key),
    };

    // Nobody is known where callers need no key.
    private static Caller? CallerOf(HttpContext context) => context.Features.Get<Caller>();
}
