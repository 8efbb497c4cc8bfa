using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.EndToEnd.Tests.Identity;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>Bytes that are no message, to every RPC, of one message or of a stream.</summary>
public sealed class MalformedCallTests
{
    [Fact]
    public async Task Every_call_says_by_a_code_that_its_message_cannot_be_read()
    {
        // Of its own: gRPC logs as an error what it cannot read.
        using var data = new TemporaryFolder();
        await using var gateway = await TestProcess.StartAsync("gateway", data.Path);
        var wrong = new List<string>();
        foreach (var (name, rpc) in RawCall.All)
        {
            foreach (var body in ProtocolInputs.Bodies)
            {
                var (status, said) = await ProtocolInputs.PostAsync(
                    gateway.Addresses!.Grpc, null, $"/{rpc.Service.FullName}/{rpc.Name}", body.Make(),
                    TestContext.Current.CancellationToken);
                // Invalid argument.
                if (status is not "3" || !said.StartsWith("SAL26", StringComparison.Ordinal))
                    wrong.Add($"{name}: {body.Name}: {status} {said}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
