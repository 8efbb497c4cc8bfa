using Grpc.Core;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Tests.Fakes;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Tests.Models;

public sealed class ModelClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_sent_as_a_header_and_pieces_of_a_mebibyte()
    {
        var messages = new List<UploadModelRequest>();
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Upload = async stream =>
            {
                await foreach (var message in stream.ReadAllAsync()) messages.Add(message);
                return new Model { Name = "m" };
            },
        });
        using var client = gateway.Client();
        await client.Models.AddAsync("m", new MemoryStream(new byte[(1 << 20) + 5]), labels: ["cat", "dog"], cancellation: Cancellation);
        Assert.Equal(["cat", "dog"], messages[0].Header.Labels);
        Assert.Equal([1 << 20, 5], messages.Skip(1).Select(m => m.Data.Length));
    }

    [Fact]
    public async Task A_gateway_that_refuses_early_is_heard_though_the_upload_had_not_ended()
    {
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Upload = _ => throw new RpcException(new Status(StatusCode.ResourceExhausted, "no room")),
        });
        using var client = gateway.Client();
        var endless = new MemoryStream(new byte[64 << 20]);
        var error = await Assert.ThrowsAsync<GatewayException>(() => client.Models.AddAsync("m", endless, cancellation: Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, error.Status);
        Assert.Contains("no room", error.What, StringComparison.Ordinal);
    }
}
