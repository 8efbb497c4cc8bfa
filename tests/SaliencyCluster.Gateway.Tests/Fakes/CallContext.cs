using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SaliencyCluster.Gateway.Identity;

namespace SaliencyCluster.Gateway.Tests.Fakes;

/// <summary>A call without a connection.</summary>
internal sealed class CallContext : ServerCallContext
{
    private readonly CancellationToken _cancellation;

    public CallContext(CancellationToken cancellation, Caller? caller = null)
    {
        _cancellation = cancellation;
        var http = new DefaultHttpContext();
        if (caller is not null) http.Features.Set(caller);
        UserState["__HttpContext"] = http; // as Grpc.AspNetCore does
    }

    protected override string MethodCore => "/saliency.v1.Test/Call";

    protected override string HostCore => "localhost";

    protected override string PeerCore => "ipv4:127.0.0.1:1";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => _cancellation;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new("", []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException("Nothing calls on.");

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
