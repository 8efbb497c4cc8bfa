using Google.Protobuf;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Models;
using SaliencyCluster.Gateway.Tests.Fakes;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Tests.Models;

public sealed class ModelUploadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pieces_are_joined()
    {
        var (header, file) = await ReadAsync(Header("m"), Data(1, 2), Data(3));
        Assert.Equal("m", header.Name);
        Assert.Equal([1, 2, 3], file.ToArray());
    }

    public static TheoryData<UploadModelRequest[], string, string> Wrong => new()
    {
        { [], "SAL2601", "The upload does not begin with a header." },
        { [Data(1)], "SAL2601", "The upload does not begin with a header." },
        { [Header("m"), Header("m")], "SAL2601", "The upload has a message without data after its header." },
        { [Header("a/b")], "SAL2612", "The field 'header.name' is 'a/b', which is no valid name." },
        { [Header("m"), Data(1, 2, 3), Data(4, 5)], "SAL2605", "The model 'm' is larger than 4 bytes, the most that this gateway takes." },
        { [Header("m"), Data(new byte[(1 << 20) + 1])], "SAL2609", "A piece of 'data' has 1048577 bytes; the most is 1048576." },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task A_stream_that_is_not_a_model_is_refused(UploadModelRequest[] messages, string code, string what)
    {
        var error = await Assert.ThrowsAnyAsync<SaliencyException>(() => ReadAsync(messages));
        Assert.Equal((code, what), (error.Code, error.What));
    }

    private static async Task<(ModelHeader Header, ReadOnlyMemory<byte> File)> ReadAsync(params UploadModelRequest[] messages)
    {
        var limits = new GatewayLimits { MaxModelBytes = 4 };
        await using var upload = new UploadGate(limits, isShared: false).Begin("default");
        var header = await ModelUpload.ReadAsync(new MessageStream<UploadModelRequest>(messages), upload, limits, Cancellation);
        return (header, await upload.ReadAsync(Cancellation));
    }

    private static UploadModelRequest Header(string name) => new() { Header = new() { Name = name } };

    private static UploadModelRequest Data(params byte[] bytes) => new() { Data = ByteString.CopyFrom(bytes) };
}
