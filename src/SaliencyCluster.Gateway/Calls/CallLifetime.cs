using Grpc.Core;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>
/// How long a call may take: until the caller goes away, its key is refused, or the gateway shuts down, so that callers reconnect elsewhere
/// at once instead of being cut off late.
/// </summary>
internal sealed class CallLifetime(IHostApplicationLifetime lifetime, KeyStore keys)
{
    /// <summary>Gets whether the gateway shuts down.</summary>
    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Makes a source that is cancelled when the call must end.</summary>
    public CancellationTokenSource Link(ServerCallContext context) => Link(context.GetHttpContext(), context.CancellationToken);

    /// <summary>Makes a source that is cancelled when the request must end.</summary>
    public CancellationTokenSource Link(HttpContext context, CancellationToken gone) => CancellationTokenSource.CreateLinkedTokenSource(
        gone, lifetime.ApplicationStopping, CallerOf(context) is { } caller ? keys.EndOf(caller.Key) : CancellationToken.None);

    /// <summary>Says why the key of a call that was let in is refused by now; null where it is not.</summary>
    public SaliencyException? Refusal(HttpContext context) => CallerOf(context) is { } caller ? keys.Refusal(caller.Key) : null;

    // Nobody is known where callers need no key.
    private static Caller? CallerOf(HttpContext context) => context.Features.Get<Caller>();
}
