using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Gateway.Inference.Protocol;
using InferInput = SaliencyCluster.Gateway.Inference.Protocol.ModelInferRequest.Types.InferInputTensor;
using InferOutput = SaliencyCluster.Gateway.Inference.Protocol.ModelInferRequest.Types.InferRequestedOutputTensor;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>The inference protocols: tensors that are not what they say, over gRPC and HTTP.</summary>
internal static class InferenceInputs
{
    private const string Model = "mnist-mlp", Infer = $"v2/models/{Model}/infer";
    private const int Image = 28 * 28;

    private static readonly long[][] Shapes =
    [
        [], [0, 1, 28, 28], [-1, 1, 28, 28], [1], [1, 28, 28], [1, 1, 28, 28, 1], [2, 1, 28, 28], [1, 1, 28, 29],
        [65, 1, 28, 28], [1, 1, 0, 28],
        [1L << 31, 1, 28, 28], [long.MaxValue, 1, 28, 28], [1, long.MaxValue, long.MaxValue, 28], [long.MinValue, 1, 28, 28],
        [.. Enumerable.Repeat(1L, 100_000)],
    ];

    private static readonly string[] Types =
        ["", "fp32", "FP32 ", "FP16", "FP64", "BF16", "INT64", "BOOL", "BYTES", "\0", new('x', 10_000)];

    private static readonly string[] Paths = [Infer, $"v1/models/{Model}:predict", $"v1/models/{Model}:explain"];

    private static readonly (string Name, string Json)[] Bodies =
    [
        ("nothing", ""), ("null", "null"), ("a number", "1"), ("a list", "[]"), ("an empty object", "{}"), ("a half", "{\"inputs\":[{\"na"),
        ("10,000 deep", Deep(10_000)), ("1,000,000 deep", Deep(1_000_000)), ("deep in the data", Input(Deep(5_000))),
        ("no UTF-8", "{\"inputs\":\"\ud800\"}"), ("NaN", Input("[NaN]")), ("1e999", Input("[1e999]")), ("texts", Input("[\"1\"]")),
        ("objects", Input("[{}]")), ("null data", Input("null")), ("ragged", Input("[[1,2],[3]]")), ("too few", Input("[1,2,3]")),
        ("a million", Input($"[{string.Join(',', Enumerable.Repeat('0', 1_000_000))}]")), ("a number for a list", Input("7")),
        ("no data", Input(null)), ("texts that are numbers", "{\"instances\":[\"NaN\",\"1\"]}"), ("no instances", "{\"instances\":[]}"),
        ("instances that are null", "{\"instances\":[null]}"),
        ("10,000 instances", $"{{\"instances\":[{string.Join(',', Enumerable.Repeat("[]", 10_000))}]}}"),
        ("instances of two kinds", "{\"instances\":[[1],{\"b64\":\"AAAA\"}]}"), ("no base64", "{\"instances\":[{\"b64\":\"!!!\"}]}"),
        ("base64 of no picture", "{\"instances\":[{\"b64\":\"AAAA\"}]}"), ("base64 of nothing", "{\"instances\":[{\"b64\":\"\"}]}"),
        ("an instance of other keys", "{\"instances\":[{\"x\":{\"y\":{\"b64\":1}}}]}"),
        ("parameters that are a list", "{\"instances\":[[0]],\"parameters\":[]}"),
        ("twice the same key", "{\"instances\":[],\"instances\":[[0]]}"),
        ("10,000 inputs", $"{{\"inputs\":[{string.Join(',', Enumerable.Repeat("{}", 10_000))}]}}"),
        ("inputs that are null", "{\"inputs\":[null]}"),
        ("a shape of texts", "{\"inputs\":[{\"name\":\"x\",\"shape\":[\"1\"],\"datatype\":\"FP32\",\"data\":[0]}]}"),
        ("a shape of halves", "{\"inputs\":[{\"name\":\"x\",\"shape\":[0.5,1e99],\"datatype\":\"FP32\",\"data\":[0]}]}"),
        .. from size in (string[])["-1", "3", "9223372036854775808", "1.5", "\"x\"", "null"]
           select ($"binary_data_size {size}", "{\"inputs\":[{\"name\":\"INPUT\",\"shape\":[1,1,28,28],\"datatype\":\"FP32\","
               + $"\"parameters\":{{\"binary_data_size\":{size}}}}}]}}"),
    ];

    private static readonly (string Name, byte[] Data)[] Pictures =
    [
        ("a length of 2^32-1", [255, 255, 255, 255, 1, 2, 3]), ("a length of 0", [0, 0, 0, 0]), ("a length cut off", [9, 0]),
        ("too short", [9, 0, 0, 0, 1]),
        ("a byte behind", [1, 0, 0, 0, 7, 7]), ("2,500 empty pictures", new byte[10_000]), ("no picture", [4, 0, 0, 0, 1, 2, 3, 4]),
        ("nothing", []),
    ];

    public static IEnumerable<HostileInput> All =>
    [
        .. Shapes.Select(s => Rpc($"shape [{string.Join(',', s.Take(6))}] of {s.Length}", r => Set(r, i => Reshape(i, s)))),
        .. Types.Select(t => Rpc($"type '{t[..Math.Min(t.Length, 10)]}'", r => Set(r, i => i.Datatype = t))),
        .. Types.Select(t => Rpc($"type '{t[..Math.Min(t.Length, 10)]}' in contents", r =>
        {
            r.RawInputContents.Clear();
            Set(r, i => (i.Datatype, i.Contents) = (t, new()
            {
                Fp32Contents = { 1 }, Fp64Contents = { double.NaN }, BytesContents = { ByteString.Empty },
            }));
        })),
        .. Pictures.Select(p => Rpc($"BYTES with {p.Name}", r =>
        {
            r.RawInputContents[0] = ByteString.CopyFrom(p.Data);
            Set(r, i => (i.Datatype, _) = ("BYTES", Reshape(i, 1)));
        })),
        Rpc("no inputs", r => r.Inputs.Clear()),
        Rpc("10,000 inputs", r => r.Inputs.Add(Enumerable.Repeat(new InferInput(), 10_000))),
        Rpc("no raw contents", r => r.RawInputContents.Clear()),
        Rpc("10,000 raw contents", r => r.RawInputContents.Add(Enumerable.Repeat(ByteString.Empty, 10_000))),
        Rpc("raw and typed contents", r => Set(r, i => i.Contents = new() { Fp32Contents = { new float[Image] } })),
        Rpc("an input of another name", r => Set(r, i => i.Name = new('n', 100_000))),
        Rpc("NaN", r => r.RawInputContents[0] = Floats(float.NaN)),
        Rpc("infinity", r => r.RawInputContents[0] = Floats(float.NegativeInfinity)),
        Rpc("10,000 outputs", r => r.Outputs.Add(Enumerable.Range(0, 10_000).Select(n => new InferOutput { Name = $"o{n}" }))),
        Rpc("an output without a name", r => r.Outputs.Add(new InferOutput())),
        Rpc("an id of 1 MB", r => r.Id = new('i', 1 << 20)),
        .. ((string[])["0", "-1", "99999999999", "1.0", "x", new('1', 10_000)]).Select(v =>
            Rpc($"version '{v[..Math.Min(v.Length, 12)]}'", r => r.ModelVersion = v)),
        .. from key in (string[])["method", "samples", "steps", "no-option", ""]
           from value in (InferParameter[])
           [
               new() { DoubleParam = double.NaN }, new() { DoubleParam = 1e300 }, new() { Int64Param = long.MinValue },
               new() { Uint64Param = ulong.MaxValue },
               new() { StringParam = new('p', 10_000) }, new(),
           ]
           select Rpc($"parameter {key} = {value.ParameterChoiceCase}", r =>
           {
               r.Parameters["method"] = new() { StringParam = "smoothgrad" };
               r.Parameters[key] = value;
           }),
        // Any other name may become a pool's, and the call waits for its first worker.
        Rpc("a pool of no name", r => r.Parameters["pool"] = new() { StringParam = new('p', 10_000) }),
        Rpc("10,000 parameters", r =>
        {
            for (var i = 0; i < 10_000; i++) r.Parameters[$"p{i}"] = new() { BoolParam = true };
        }),
        .. from path in Paths from body in Bodies select Http($"{path}: {body.Name}", path, body.Json),
        .. from length in (string[])["-1", "0", "1", "99999999999", "x"]
           select Http($"{Infer}: JSON of {length} bytes", Infer, Input("[0]"), length),
        .. from name in (string[])["%2e%2e%2f%2e%2e", "a%0ab", new('m', 5_000), $"{Model}:1:2", "%F0%9F%98%80"]
           from path in (string[])["v2/models/{0}/infer", "v1/models/{0}:predict"]
           select Http($"{path} of '{name[..Math.Min(name.Length, 15)]}'",
               path.Replace("{0}", name, StringComparison.Ordinal), Input("[0]")),
    ];

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);

    private static string Input(string? data) =>
        "{\"inputs\":[{\"name\":\"INPUT\",\"shape\":[1,1,28,28],\"datatype\":\"FP32\""
        + $"{(data is null ? "" : $",\"data\":{data}")}}}],\"instances\":{data ?? "0"}}}";

    private static ByteString Floats(float value)
    {
        var data = new byte[Image * sizeof(float)];
        Buffer.BlockCopy(Enumerable.Repeat(value, Image).ToArray(), 0, data, 0, data.Length);
        return ByteString.CopyFrom(data);
    }

    private static void Set(ModelInferRequest request, Action<InferInput> change) => change(request.Inputs[0]);

    private static int Reshape(InferInput input, params long[] shape)
    {
        input.Shape.Clear();
        input.Shape.Add(shape);
        return shape.Length;
    }

    private static HostileInput Rpc(string name, Action<ModelInferRequest> spoil) => new("inference", $"gRPC: {name}", async to =>
    {
        using var channel = GrpcChannel.ForAddress(to.Grpc);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var options = new CallOptions(new Metadata { { "authorization", $"Bearer {to.Key}" } }, cancellationToken: to.Cancellation);
        var input = (await client.ModelMetadataAsync(new() { Name = Model }, options)).Inputs.Single().Name;
        var request = new ModelInferRequest
        {
            ModelName = Model, RawInputContents = { Floats(0) },
            Inputs = { new InferInput { Name = input, Datatype = "FP32", Shape = { 1, 1, 28, 28 } } },
        };
        spoil(request);
        await client.ModelInferAsync(request, options);
    });

    private static HostileInput Http(string name, string path, string body, string? jsonLength = null) => new("inference", name, async to =>
    {
        using var http = new HttpClient { BaseAddress = to.Http };
        http.DefaultRequestHeaders.Authorization = new("Bearer", to.Key);
        var model = JsonNode.Parse(await http.GetStringAsync($"v2/models/{Model}", to.Cancellation))!;
        var input = (string)model["inputs"]![0]!["name"]!;
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Replace("INPUT", input, StringComparison.Ordinal)));
        content.Headers.ContentType = new("application/json");
        if (jsonLength is not null) content.Headers.Add("Inference-Header-Content-Length", jsonLength);
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, to.Cancellation);
        var said = await answer.Content.ReadAsStringAsync(to.Cancellation);
        if (answer.StatusCode == HttpStatusCode.OK) return;
        var code = said.StartsWith('{') ? (string?)JsonNode.Parse(said)!["code"] : null;
        throw new RpcException(new Status(StatusCode.Unknown, code ?? $"{answer.StatusCode}: {said}"));
    });
}
