using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit.Fuzzing;

namespace SaliencyCluster.Fuzz;

/// <summary>Sends changed requests to every RPC of a gateway. A call without an answer, or one that the gateway did not
/// expect, is a defect.</summary>
internal sealed class FuzzedCalls
{
    private const string Model = "mnist-mlp";
    private readonly HttpClient _http;
    private readonly List<(string Path, IMessage[] Messages)> _calls = [];
    private readonly int _seed;

    public FuzzedCalls(Uri gateway, int seed)
    {
        (_http, _seed) = (new() { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(55) }, seed);
        var services = typeof(ExplainRequest).Assembly.GetTypes()
            .Select(t => t.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(null)).OfType<ServiceDescriptor>()
            .OrderBy(s => s.FullName, StringComparer.Ordinal);
        foreach (var rpc in services.SelectMany(s => s.Methods)) _calls.Add(($"/{rpc.Service.FullName}/{rpc.Name}", MessagesOf(rpc)));
    }

    /// <summary>Gets the inputs and what is done with them: a byte for the RPC, then the messages as gRPC frames them.</summary>
    public FuzzJob Job => new([.. _calls.Select((c, i) => Framed(i, c.Messages.Select(m => m.ToByteArray())))], Next, Send);

    private byte[] Next(long index)
    {
        var random = FuzzRandom.Of(_seed, index);
        var call = random.Next(_calls.Count);
        var bytes = _calls[call].Messages.Select(m =>
        {
            var message = m.Descriptor.Parser.ParseFrom(m.ToByteString());
            var kind = random.Next(8);
            if (kind < 6) for (var n = 1 + random.Next(4); n > 0; n--) MessageMutation.Apply(message, random);
            return kind > 5 ? ByteMutation.Apply(message.ToByteArray(), random) : message.ToByteArray();
        });
        return Framed(call, bytes);
    }

    private string Send(byte[] input)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _calls[input[0]].Path)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(input, 1, input.Length - 1),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        // What is followed may go on as long as the caller likes.
        request.Headers.Add("grpc-timeout", "2S");
        using var answer = _http.SendAsync(request).GetAwaiter().GetResult();
        answer.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        var path = _calls[input[0]].Path;
        var status = Header(answer, "grpc-status") ?? throw new InvalidOperationException($"{path} was answered without a status.");
        var said = Uri.UnescapeDataString(Header(answer, "grpc-message") ?? "");
        // Unknown and internal are what nobody expected.
        if (status is "2" or "13" || said.Contains("SAL9099", StringComparison.Ordinal))
            throw new InvalidOperationException($"{path}: {status} {said}");
        return $"status {status}";
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out var values) || answer.Headers.TryGetValues(name, out values) ? values.First() : null;

    private static byte[] Framed(int call, IEnumerable<byte[]> messages) =>
        [(byte)call, .. messages.SelectMany(m => (byte[])[0, .. Length(m.Length), .. m])];

    private static byte[] Length(int length) => [(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];

    private static IMessage[] MessagesOf(MethodDescriptor rpc) => rpc.Name switch
    {
        "Explain" => [new ExplainRequest { Model = Model, Options = Options(), Image = Picture() }],
        "SubmitJob" =>
        [
            new SubmitJobRequest { Header = new() { Model = Model, Options = Options(), JobId = "fuzzed" } },
            new SubmitJobRequest { Image = Picture() },
        ],
        "SubmitEvaluation" =>
        [
            new SubmitEvaluationRequest
            {
                Header = new() { Model = Model, Options = new() { Methods = { "gradient" }, Seeds = 1, Randomization = new() } },
            },
            new SubmitEvaluationRequest { Image = new() { Image = Picture(), Mask = ByteString.CopyFrom(new byte[28 * 28]) } },
        ],
        "UploadModel" =>
        [
            new UploadModelRequest { Header = new() { Name = "fuzzed", Labels = { "a", "b" } } },
            new UploadModelRequest { Data = ByteString.CopyFrom(FuzzTarget.Corpus[0]) },
        ],
        _ => [Filled((IMessage)Activator.CreateInstance(rpc.InputType.ClrType)!)],
    };

    // Names that are there, so that calls get past the question what they mean.
    private static IMessage Filled(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(f => f.FieldType == FieldType.String && !f.IsRepeated))
        {
            var isJob = field.Name.Contains("job", StringComparison.Ordinal);
            field.Accessor.SetValue(message, isJob ? "fuzzed" : field.Name is "name" or "model" ? Model : "");
        }
        return message;
    }

    private static ExplanationOptions Options() => new()
    {
        Method = "integrated-gradients", Target = "3", Steps = 4, Seed = 7, Baseline = "zeros",
    };

    private static Image Picture() => new()
    {
        Name = "digit", Format = ImageFormat.Tensor, Shape = { 1, 28, 28 }, Data = ByteString.CopyFrom(new byte[28 * 28 * 4]),
    };
}
