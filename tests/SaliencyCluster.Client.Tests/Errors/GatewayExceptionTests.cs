using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Tests.Fakes;

namespace SaliencyCluster.Client.Tests.Errors;

public sealed class GatewayExceptionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_carries_code_texts_fields_and_the_time_to_wait()
    {
        var status = new Google.Rpc.Status { Code = (int)StatusCode.ResourceExhausted, Message = "m" };
        status.Details.Add(Any.Pack(new ErrorInfo { Reason = "SAL2606", Domain = "saliency",
            Metadata = { ["what"] = "Too many.", ["next"] = "Wait." } }));
        status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "a.b",
            Description = "wrong" } } }));
        status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)) }));
        await using var gateway = await FakeGateway.StartAsync(new Script { List = (_, _) => throw status.ToRpcException() });
        using var client = gateway.Client();
        var error = await Assert.ThrowsAsync<GatewayException>(async () =>
            await client.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal(("SAL2606", "Too many.", "Wait.", StatusCode.ResourceExhausted), (error.Code, error.What, error.Next, error.Status));
        Assert.Equal([new FieldError("a.b", "wrong")], error.Fields);
        Assert.Equal(TimeSpan.FromSeconds(5), error.RetryAfter);
        Assert.Equal("SAL2606: Too many. Wait.", error.Message);
    }

    [Fact]
    public async Task An_endpoint_where_nobody_answers_is_named()
    {
        // Port 1 (tcpmux) is reserved and answers nowhere.
        using var client = new SaliencyClient(new Uri("http://127.0.0.1:1"), new SaliencyClientOptions());
        var error = await Assert.ThrowsAsync<GatewayException>(() => client.GetClusterAsync(Cancellation));
        Assert.Equal("SAL2580", error.Code);
        Assert.Equal("No gateway answers at 'http://127.0.0.1:1' (Connection refused).", error.What);
        Assert.Equal("Check the address, or start one: saliency serve", error.Next);
    }

    [Fact]
    public async Task A_message_that_the_transport_finds_too_large_is_no_sign_of_another_version()
    {
        await using var gateway = await FakeGateway.StartAsync(
            new Script { List = (_, _) => throw new RpcException(new Grpc.Core.Status(StatusCode.ResourceExhausted,
                "Received message exceeds the maximum configured message size.")) });
        using var client = gateway.Client();
        var error = await Assert.ThrowsAsync<GatewayException>(async () =>
            await client.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal(("SAL2608", "Shrink the image, or raise Saliency:Gateway:Limits:MaxImageBytes."), (error.Code, error.Next));
        Assert.EndsWith("takes: Received message exceeds the maximum configured message size.", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_no_gateway_is_named()
    {
        await using var gateway = await FakeGateway.StartAsync(new Script());
        using var client = gateway.Client();
        var error = await Assert.ThrowsAsync<GatewayException>(() => client.GetClusterAsync(Cancellation));
        Assert.Equal("SAL2581", error.Code);
        Assert.StartsWith($"The gateway at '{gateway.Endpoint.OriginalString}' answered Unimplemented:", error.What,
            StringComparison.Ordinal);
    }
}
