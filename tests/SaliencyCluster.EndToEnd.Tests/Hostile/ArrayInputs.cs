using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>Arrays: shapes that are lies, sizes that do not fit, numbers that are none, formats that do not exist.</summary>
internal static class ArrayInputs
{
    private const int Pixels = 28 * 28;

    private static readonly (string Name, long[] Shape)[] Shapes =
    [
        ("no dimension", []), ("one number", [1]), ("the right one", [1, 28, 28]), ("another order", [28, 28, 1]), ("flat", [784]),
            ("with a batch", [1, 1, 28, 28]),
        ("of 0", [0, 28, 28]), ("of -1", [-1, 28, 28]), ("whose product is right and which is negative", [-1, -28, 28]),
            ("of 2^32 twice", [1L << 32, 1L << 32, 1]),
        ("of 2^62", [1L << 62, 4, 1]), ("of long.MinValue", [long.MinValue, 1, 1]), ("of 1,000 ones", [.. Enumerable.Repeat(1L, 1000)]),
            ("of 1,000,000 dimensions", [.. Enumerable.Repeat(28L, 1_000_000)]),
    ];

    private static readonly (string Name, byte[] Data)[] Contents =
    [
        ("right bytes", Floats(0.5f)), ("no bytes", []), ("3 bytes", [1, 2, 3]), ("a byte too many", [.. Floats(0.5f), 0]),
            ("a float too few", Floats(0.5f)[..^4]),
    ];

    private static readonly (string Name, float Value)[] Numbers =
    [
        ("NaN", float.NaN), ("infinity", float.PositiveInfinity), ("minus infinity", float.NegativeInfinity),
            ("3.4e38", float.MaxValue), ("-3.4e38", float.MinValue), ("the smallest", float.Epsilon),
    ];

    public static IEnumerable<HostileInput> All =>
    [
        .. from shape in Shapes
           from content in Contents
           select Of($"shape {shape.Name}, {content.Name}", ImageFormat.Tensor, shape.Shape, content.Data),
        .. Numbers.Select(n => Of($"all {n.Name}", ImageFormat.Tensor, [1, 28, 28], Floats(n.Value))),
        .. from format in (int[])[0, 3, 4, 99, -1]
           select Of($"format {format}", (ImageFormat)format, [1, 28, 28], Floats(0.5f)),
        .. from format in (int[])[0, 1, 2, 3]
           select Of($"format {format} with 4 MB", (ImageFormat)format, [1, 28, 28], new byte[4_000_000]),
    ];

    private static HostileInput Of(string name, ImageFormat format, long[] shape, byte[] data) =>
        new("arrays", name, to => ExplainAsync(to, new()
    {
        Model = "mnist-mlp",
        Options = new() { Method = "gradient" },
        Image = new() { Name = "x", Format = format, Shape = { shape }, Data = ByteString.CopyFrom(data) },
    }));

    /// <summary>Sends a request as it is, past what the client checks.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="answers">After how many answers to leave: a pool that has no workers yet is waited for.</param>
    public static async Task ExplainAsync(HostileSender to, ExplainRequest request, int answers = int.MaxValue)
    {
        using var channel = GrpcChannel.ForAddress(to.Grpc);
        using var call = new Explanations.ExplanationsClient(channel)
            .Explain(request, new Metadata { { "authorization", $"Bearer {to.Key}" } }, cancellationToken: to.Cancellation);
        for (var i = 0; i < answers && await call.ResponseStream.MoveNext(to.Cancellation);) i++;
    }

    private static byte[] Floats(float value) => MemoryMarshal.AsBytes<float>(Enumerable.Repeat(value, Pixels).ToArray()).ToArray();
}
