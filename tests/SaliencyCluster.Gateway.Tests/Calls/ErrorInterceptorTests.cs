using Google.Rpc;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Runtime;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Tests.Fakes;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Calls;

/// <summary>What callers are told of exceptions, by where they come from.</summary>
public sealed class ErrorInterceptorTests
{
    public static TheoryData<Exception, string, StatusCode, bool> Failures => new()
    {
        { new SaliencyException("SAL3004", "There is no model 'x'.", "List them."), "SAL3004", StatusCode.NotFound, false },
        { new NpgsqlException("Failed to connect to 10.0.0.1:5432"), "SAL9032", StatusCode.Unavailable, true },
        { StorageOutage.OfDatabase(), "SAL9032", StatusCode.Unavailable, true },
        { new SqliteException("database is locked", 5), "SAL9032", StatusCode.Unavailable, true },
        { new SiloUnavailableException("The silo is gone."), "SAL9030", StatusCode.Unavailable, true },
        { new TimeoutException("No answer in 30 s."), "SAL9030", StatusCode.Unavailable, true },
        { new OutOfMemoryException("No room for 512 MiB."), "SAL2623", StatusCode.ResourceExhausted, true },
        { new InvalidOperationException("A mistake of ours, with a secret."), "SAL9099", StatusCode.Internal, false },
    };

    [Theory, MemberData(nameof(Failures))]
    public async Task A_failure_is_told_by_its_code_and_says_whether_to_call_again(Exception failure, string code, StatusCode status, bool isWorthRepeating)
    {
        var told = await CallAsync(failure, CancellationToken.None, CancellationToken.None);
        Assert.Equal((status, code), (told.StatusCode, told.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason));
        Assert.Equal(isWorthRepeating, told.GetRpcStatus()!.GetDetail<RetryInfo>() is not null);
        Assert.DoesNotContain("secret", told.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_fails_during_a_shutdown_is_worth_repeating()
    {
        var told = await CallAsync(new ObjectDisposedException("silo"), CancellationToken.None, stopping: new(canceled: true));
        Assert.Equal((StatusCode.Unavailable, "SAL9031"), (told.StatusCode, told.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason));
    }

    [Fact]
    public async Task A_caller_that_is_gone_is_no_failure_of_the_gateway() =>
        Assert.Equal(StatusCode.Cancelled, (await CallAsync(new ObjectDisposedException("stream"), new(canceled: true), CancellationToken.None)).StatusCode);

    private static async Task<RpcException> CallAsync(Exception failure, CancellationToken caller, CancellationToken stopping)
    {
        var interceptor = new ErrorInterceptor(new CallErrors(
            new CallLifetime(new Lifetime(stopping), new KeyStore(null, TimeProvider.System), TimeProvider.System),
                NullLogger<CallErrors>.Instance));
        return await Assert.ThrowsAsync<RpcException>(() => interceptor.UnaryServerHandler<string, string>("", new CallContext(caller), (_, _) => throw failure));
    }

    private sealed class Lifetime(CancellationToken stopping) : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => stopping;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() { }
    }
}
