using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Imaging;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;
using static SaliencyCluster.Gateway.Inference.Protocol.ModelInferRequest.Types;

namespace SaliencyCluster.EndToEnd.Tests.Inference;

/// <summary>The Open Inference Protocol over gRPC and HTTP, and the instances of KServe's first protocol and of Vertex AI.</summary>
public sealed class InferenceTests(SharedCluster cluster) : IDisposable
{
    private const string Model = "mnist-cnn";
    private readonly HttpClient _http = new() { BaseAddress = cluster.Http };
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(cluster.Grpc);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GRPCInferenceService.GRPCInferenceServiceClient Grpc => new(_channel);

    public void Dispose()
    {
        _http.Dispose();
        _channel.Dispose();
    }

    [Fact]
    public async Task The_server_and_its_models_describe_themselves()
    {
        Assert.True((await Grpc.ServerLiveAsync(new(), cancellationToken: Cancellation)).Live);
        Assert.True((await Grpc.ServerReadyAsync(new(), cancellationToken: Cancellation)).Ready);
        Assert.Contains("binary_tensor_data", (await Grpc.ServerMetadataAsync(new(), cancellationToken: Cancellation)).Extensions);
        Assert.True((await Grpc.ModelReadyAsync(new() { Name = Model, Version = "1" }, cancellationToken: Cancellation)).Ready);
        var model = await Grpc.ModelMetadataAsync(new() { Name = Model }, cancellationToken: Cancellation);
        Assert.Equal(("FP32", "-1,1,28,28"), (model.Inputs.Single().Datatype, string.Join(',', model.Inputs.Single().Shape)));
        Assert.Equal(("FP32", "-1,10"), (model.Outputs.Single().Datatype, string.Join(',', model.Outputs.Single().Shape)));
        Assert.Equal(("1", "onnx_onnxv1"), (model.Versions.Single(), model.Platform));

        foreach (var path in (string[])["/v2/health/live", "/v2/health/ready", $"/v2/models/{Model}/ready",
            $"/v2/models/{Model}/versions/1/ready"])
        {
            using var answer = await _http.GetAsync(path, Cancellation);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
        }
        Assert.Equal("saliency-cluster", (string?)(await GetAsync("/v2"))["name"]);
        var described = await GetAsync($"/v2/models/{Model}/versions/1");
        Assert.Equal(model.Inputs.Single().Name, (string?)described["inputs"]![0]!["name"]);
        Assert.Equal("[-1,10]", described["outputs"]![0]!["shape"]!.ToJsonString());
    }

    [Fact]
    public async Task Outputs_are_those_of_ONNX_Runtime_by_every_way()
    {
        var expected = Forward(3, 7);
        var (input, output) = await NamesAsync();
        var raw = new ModelInferRequest { ModelName = Model, Id = "q",
            Inputs = { new InferInputTensor { Name = input, Datatype = "FP32", Shape = { 2, 1, 28, 28 } } } };
        raw.RawInputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(Digits(3, 7))));
        var answer = await Grpc.ModelInferAsync(raw, cancellationToken: Cancellation);
        Assert.Equal((Model, "1", "q", output, "2,10"),
            (answer.ModelName, answer.ModelVersion, answer.Id, answer.Outputs.Single().Name,
                string.Join(',', answer.Outputs.Single().Shape)));
        Near(expected, MemoryMarshal.Cast<byte, float>(answer.RawOutputContents.Single().Span).ToArray());

        var typed = raw.Clone();
        typed.RawInputContents.Clear();
        typed.Inputs[0].Contents = new() { Fp32Contents = { Digits(3, 7) } };
        typed.Outputs.Add(new InferRequestedOutputTensor { Name = output });
        Assert.Equal(answer.RawOutputContents.Single(),
            (await Grpc.ModelInferAsync(typed, cancellationToken: Cancellation)).RawOutputContents.Single());

        // Wider and narrower numbers are rounded.
        var doubles = raw.Clone();
        doubles.Inputs[0].Datatype = "FP64";
        doubles.RawInputContents[0] = ByteString.CopyFrom(MemoryMarshal.AsBytes<double>([.. Digits(3, 7).Select(v => (double)v)]));
        Assert.Equal(answer.RawOutputContents.Single(),
            (await Grpc.ModelInferAsync(doubles, cancellationToken: Cancellation)).RawOutputContents.Single());

        var halves = raw.Clone();
        halves.Inputs[0].Datatype = "FP16";
        halves.RawInputContents[0] = ByteString.CopyFrom(MemoryMarshal.AsBytes<Half>([.. Digits(3, 7).Select(v => (Half)v)]));
        Near(Forward(Repo.Model(Model), [.. Digits(3, 7).Select(v => (float)(Half)v)], 2, 1, 28, 28).Single(),
            MemoryMarshal.Cast<byte, float>((await Grpc.ModelInferAsync(halves,
                cancellationToken: Cancellation)).RawOutputContents.Single().Span).ToArray());

        var json = await PostAsync($"/v2/models/{Model}/infer", new JsonObject { ["inputs"] = new JsonArray(Input(input, 3, 7)) });
        Near(expected, Numbers(json["outputs"]![0]!["data"]!));

        var instances = await PostAsync($"/v1/models/{Model}:predict",
            new JsonObject { ["instances"] = new JsonArray(Nested(3), new JsonObject { [input] = Nested(7) }) });
        Near(expected, Numbers(instances["predictions"]!));
    }

    [Fact]
    public async Task Tensors_may_be_bytes_behind_the_JSON_both_ways()
    {
        var (input, output) = await NamesAsync();
        byte[] digits = MemoryMarshal.AsBytes<float>(Digits(3, 7)).ToArray();
        var header = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["inputs"] = new JsonArray(new JsonObject
            {
                ["name"] = input, ["datatype"] = "FP32", ["shape"] = new JsonArray(2, 1, 28, 28),
                    ["parameters"] = new JsonObject { ["binary_data_size"] = digits.Length },
            }),
            ["outputs"] = new JsonArray(new JsonObject { ["name"] = output, ["parameters"] = new JsonObject { ["binary_data"] = true } }),
        }.ToJsonString());
        using var content = new ByteArrayContent([.. header, .. digits]);
        content.Headers.Add("Inference-Header-Content-Length", header.Length.ToString(CultureInfo.InvariantCulture));
        using var answer = await _http.PostAsync($"/v2/models/{Model}/infer", content, Cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        var length = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);
        var described = JsonNode.Parse(body.AsSpan(0, length))!["outputs"]![0]!;
        Assert.Equal(body.Length - length, (int)described["parameters"]!["binary_data_size"]!);
        Near(Forward(3, 7), MemoryMarshal.Cast<byte, float>(body.AsSpan(length)).ToArray());
    }

    [Fact]
    public async Task A_method_makes_it_an_explanation_with_the_same_bytes_as_that_of_explain()
    {
        var (input, _) = await NamesAsync();
        var own = await ExplainAsync(new() { Method = "integrated-gradients", Steps = 16, Target = "3" }, Clusters.Digits.Tensor(3));
        var request = new ModelInferRequest
        {
            ModelName = Model,
            Parameters =
            {
                ["method"] = new() { StringParam = "integrated-gradients" }, ["steps"] = new() { Int64Param = 16 },
                    ["target"] = new() { Int64Param = 3 },
            },
            Inputs = { new InferInputTensor { Name = input, Datatype = "FP32", Shape = { 1, 1, 28, 28 } } },
            RawInputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(Digits(3))) },
        };
        var answer = await Grpc.ModelInferAsync(request, cancellationToken: Cancellation);
        Assert.Equal(["map", "score", "target", "label", "baseline_score", "convergence_delta"], answer.Outputs.Select(o => o.Name));
        Assert.Equal("1,1,28,28", string.Join(',', answer.Outputs[0].Shape));
        Assert.Equal(own.Map!.Values, MemoryMarshal.Cast<byte, float>(answer.RawOutputContents[0].Span).ToArray());
        Assert.Equal("\u0001\0\0\03", answer.RawOutputContents[2].ToStringUtf8());

        var json = await PostAsync($"/v2/models/{Model}/infer", new JsonObject
        {
            ["parameters"] = new JsonObject { ["method"] = "integrated-gradients", ["steps"] = "16", ["target"] = "3" },
            ["inputs"] = new JsonArray(Input(input, 3)),
            ["outputs"] = new JsonArray(new JsonObject { ["name"] = "map" }),
        });
        Assert.Equal(own.Map.Values, Numbers(json["outputs"]!.AsArray().Single()!["data"]!));
        // Such calls leave nothing behind that is listed.
        Assert.DoesNotContain(await cluster.Client.Jobs.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation), j =>
            j.JobId.StartsWith("infer-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Instances_are_explained_as_Vertex_AI_answers()
    {
        var own = await ExplainAsync(new() { Method = "integrated-gradients", Steps = 16 }, Clusters.Digits.Picture(7));
        var file = await File.ReadAllBytesAsync(Clusters.Digits.PicturePath(7), Cancellation);
        var picture = new JsonObject { ["image_bytes"] = new JsonObject { ["b64"] = Convert.ToBase64String(file) } };
        var answer = await PostAsync($"/v1/models/{Model}:explain",
            new JsonObject { ["instances"] = new JsonArray(picture), ["parameters"] = new JsonObject { ["steps"] = 16 } });
        var attribution = answer["explanations"]![0]!["attributions"]![0]!;
        Assert.Equal(own.Map!.Values, Numbers(attribution["featureAttributions"]!.AsObject().Single().Value!));
        Assert.Equal(("[7]", "7"), (attribution["outputIndex"]!.ToJsonString(), (string?)attribution["outputDisplayName"]));
        Assert.Equal((await NamesAsync()).Output, (string?)attribution["outputName"]);
        Assert.Equal(own.Result.Score, (double)attribution["instanceOutputValue"]!, 6);
        Assert.Equal(own.Result.BaselineScore, (double)attribution["baselineOutputValue"]!, 6);
        Assert.Equal(7, Numbers(answer["predictions"]![0]!).Index().MaxBy(p => p.Item).Index);
    }

    [Theory]
    [InlineData("v2/models/nothing/infer", "{}", 404, "SAL3004")]
    [InlineData("v2/models/mnist-cnn/versions/9/infer", "{}", 404, "SAL3004")]
    [InlineData("v2/models/mnist-cnn/versions/x/infer", "{}", 400, "SAL2641")]
    [InlineData("v2/models/mnist-cnn/infer", "nonsense", 400, "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer", "[]", 400, "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer", "{}", 400, "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer", """{"inputs":[{"name":"x"}]}""", 400, "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer", """{"inputs":[{"name":"INPUT","datatype":"FP32","shape":[1,1,28,28],"data":[1]}]}""", 400,
        "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer", """{"inputs":[{"name":"INPUT","datatype":"FP32","shape":[1,28,28,1],"data":[1]}]}""", 400,
        "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer",
        """{"inputs":[{"name":"INPUT","datatype":"FP32","shape":[9223372036854775807,1,28,28],"data":[1]}]}""", 400, "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer", """{"inputs":[{"name":"INPUT","datatype":"UINT8","shape":[1,1,28,28],"data":[1]}]}""", 400,
        "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer", """{"inputs":[{"name":"INPUT","datatype":"BYTES","shape":[1],"data":["no base64!"]}]}""", 400,
        "SAL2640")]
    [InlineData("v2/models/mnist-cnn/infer", """{"inputs":[{"name":"INPUT","datatype":"BYTES","shape":[1],"data":["AAAA"]}]}""", 400,
        "SAL2120")]
    [InlineData("v2/models/mnist-cnn/infer", """{"parameters":{"stepz":3},"inputs":[]}""", 400, "SAL2641")]
    [InlineData("v2/models/mnist-cnn/infer", """{"parameters":{"steps":3},"inputs":[]}""", 400, "SAL2641")]
    [InlineData("v2/models/mnist-cnn/infer", """{"parameters":{"method":"gradient","steps":"many"},"inputs":[]}""", 400, "SAL2641")]
    [InlineData("v1/models/mnist-cnn:predict", """{"instances":"x"}""", 400, "SAL2640")]
    [InlineData("v1/models/mnist-cnn:predict", """{"instances":[]}""", 400, "SAL2640")]
    [InlineData("v1/models/mnist-cnn:predict", """{"instances":[[1,2],[3]]}""", 400, "SAL2101")]
    [InlineData("v1/models/mnist-cnn:predict", """{"instances":[[[1,2],[3,4,5],[6]]]}""", 400, "SAL2640")]
    [InlineData("v1/models/mnist-cnn:predict", """{"instances":[{"b64":5}]}""", 400, "SAL2640")]
    [InlineData("v1/models/mnist-cnn:explain", """{"instances":[[1]],"explanationSpecOverride":{}}""", 400, "SAL2640")]
    [InlineData("v1/models/mnist-cnn:predict", """{"instances":[[1]],"parameters":{"method":"gradient"}}""", 400, "SAL2641")]
    public async Task What_is_wrong_is_told_with_its_code(string path, string body, int status, string code)
    {
        var (input, _) = await NamesAsync();
        using var answer = await _http.PostAsync($"/{path}", new StringContent(body.Replace("INPUT", input, StringComparison.Ordinal),
            MediaTypeHeaderValue.Parse("application/json")), Cancellation);
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Equal((status, code), ((int)answer.StatusCode, (string?)said["code"]));
        Assert.StartsWith(code, (string?)said["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_of_gRPC_have_their_status_and_code()
    {
        var missing = await Assert.ThrowsAsync<RpcException>(async () =>
            await Grpc.ModelReadyAsync(new() { Name = "nothing" }, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.NotFound, missing.StatusCode);
        var (input, _) = await NamesAsync();
        var cut = new ModelInferRequest { ModelName = Model, Inputs = { new InferInputTensor { Name = input, Datatype = "BYTES",
            Shape = { 1 } } }, RawInputContents = { ByteString.CopyFrom(9, 0, 0, 0, 1) } };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Grpc.ModelInferAsync(cut, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith("SAL2640", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_with_channels_last_and_two_outputs_gives_both_and_maps_in_its_own_layout()
    {
        const string Name = "two-outputs";
        var file = new ModelBuilder().Input("pixels", -1, 8, 8, 3).Weight("w", [4, 3, 1, 1],
            [.. Enumerable.Range(-5, 12).Select(i => i / 7f)])
            .Node("Transpose", "pixels", "turned", ("perm", (long[])[0, 3, 1, 2])).Node("Conv", "turned w", "c").Node("Relu", "c", "r")
            .Node("ReduceMean", "r", "logits", ("axes", (long[])[2, 3]), ("keepdims", 0)).Node("Sigmoid", "logits", "chances")
            .Results("logits", "chances").ToBytes();
        await cluster.Client.Models.AddAsync(Name, new MemoryStream(file), cancellation: Cancellation);
        float[] pixels = [.. Enumerable.Range(0, 2 * 192).Select(i => MathF.Sin(i))];
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.onnx");
        await File.WriteAllBytesAsync(path, file, Cancellation);
        var expected = Forward(path, pixels, 2, 8, 8, 3);
        File.Delete(path);

        var model = await Grpc.ModelMetadataAsync(new() { Name = Name }, cancellationToken: Cancellation);
        Assert.Equal("-1,8,8,3", string.Join(',', model.Inputs.Single().Shape));
        var request = new ModelInferRequest { ModelName = Name,
            Inputs = { new InferInputTensor { Name = "pixels", Datatype = "FP32", Shape = { 2, 8, 8, 3 } } } };
        request.RawInputContents.Add(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(pixels)));
        var answer = await Grpc.ModelInferAsync(request, cancellationToken: Cancellation);
        Assert.Equal(["logits", "chances"], answer.Outputs.Select(o => o.Name));
        for (var i = 0; i < 2; i++) Near(expected[i], MemoryMarshal.Cast<byte, float>(answer.RawOutputContents[i].Span).ToArray());

        var nested = new JsonArray([.. pixels.Chunk(192).Select(image => (JsonNode)new JsonArray([.. image.Chunk(24).Select(row =>
            (JsonNode)new JsonArray([.. row.Chunk(3).Select(p => (JsonNode)new JsonArray(p[0], p[1], p[2]))]))]))]);
        var predicted = await PostAsync($"/v1/models/{Name}:predict", new JsonObject { ["instances"] = nested.DeepClone() });
        Near(expected[0], [.. predicted["predictions"]!.AsArray().SelectMany(p => Numbers(p!["logits"]!))]);
        Near(expected[1], [.. predicted["predictions"]!.AsArray().SelectMany(p => Numbers(p!["chances"]!))]);

        var own = await ExplainAsync(new() { Method = "gradient", Target = "2" }, ImageInput.FromTensor("0", [8, 8, 3], pixels[..192]),
            Name);
        var explained = await PostAsync($"/v1/models/{Name}:explain", new JsonObject
        {
            ["instances"] = nested, ["parameters"] = new JsonObject { ["method"] = "gradient", ["target"] = 2 },
        });
        var attribution = explained["explanations"]![0]!["attributions"]![0]!;
        Assert.Equal("8,8,3", string.Join(',', own.Map!.Shape));
        Assert.Equal(own.Map.Values, Numbers(attribution["featureAttributions"]!["pixels"]!));
        Assert.Equal("logits", (string?)attribution["outputName"]);
        Near(expected[0], Numbers(explained["predictions"]!));
    }

    [Fact]
    public async Task An_output_that_is_not_finite_is_an_error_with_its_code_by_every_way()
    {
        const string Name = "logarithms";
        var file = new ModelBuilder().Input("pixels", -1, 1, 2, 2).Node("Flatten", "pixels", "flat").Node("Relu", "flat", "r")
            .Node("Log", "r", "logs").Results("logs").ToBytes();
        await cluster.Client.Models.AddAsync(Name, new MemoryStream(file), cancellation: Cancellation);
        var input = new JsonObject { ["name"] = "pixels", ["datatype"] = "FP32", ["shape"] = new JsonArray(1, 1, 2, 2),
            ["data"] = new JsonArray(1, 0, 1, 1) };
        var tensors = new JsonObject { ["inputs"] = new JsonArray(input) };
        var instances = JsonNode.Parse("""{"instances": [[[[1, 0], [1, 1]]]]}""")!;
        foreach (var (path, body) in new[] { ($"/v2/models/{Name}/infer", tensors), ($"/v1/models/{Name}:predict", instances) })
        {
            using var refused = await _http.PostAsync(path,
                new StringContent(body.ToJsonString(), MediaTypeHeaderValue.Parse("application/json")), Cancellation);
            var said = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancellation))!;
            Assert.Equal((path, HttpStatusCode.Conflict, "SAL2402"), (path, refused.StatusCode, (string?)said["code"]));
        }
    }

    [Fact]
    public async Task A_prediction_is_no_explanation()
    {
        var refused = await Assert.ThrowsAsync<GatewayException>(() =>
            ExplainAsync(new() { Method = "prediction", Target = "0" }, Clusters.Digits.Tensor(3)));
        Assert.Equal("SAL2001", refused.Code);
    }

    private static float[] Forward(params int[] digits) => Forward(Repo.Model(Model), Digits(digits), digits.Length, 1, 28, 28).Single();

    private static float[][] Forward(string model, float[] values, params int[] shape)
    {
        using var session = new InferenceSession(model);
        using var answer = session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames[0], new DenseTensor<float>(values, shape))]);
        return [.. answer.Select(output => output.AsEnumerable<float>().ToArray())];
    }

    private static float[] Digits(params int[] digits) =>
        [.. digits.SelectMany(d => NpyFile.ReadFile(Repo.Golden("inputs", Model, $"digit-{d}.npy")).Data)];

    private static JsonObject Input(string name, params int[] digits) => new()
    {
        ["name"] = name, ["datatype"] = "FP32", ["shape"] = new JsonArray(digits.Length, 1, 28, 28),
        ["data"] = new JsonArray([.. Digits(digits).Select(v => (JsonNode)v)]),
    };

    private static JsonArray Nested(int digit) =>
        new(new JsonArray([.. Digits(digit).Chunk(28).Select(row => (JsonNode)new JsonArray([.. row.Select(v => (JsonNode)v)]))]));

    private static float[] Numbers(JsonNode node) => node is JsonArray list ? [.. list.SelectMany(n => Numbers(n!))] : [(float)node];

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (e, a) in expected.Zip(actual)) Assert.Equal(e, a, 1e-4);
    }

    private async Task<ExplainedImage> ExplainAsync(ExplanationOptions options, ImageInput image, string model = Model) =>
        (await cluster.Client.ExplainAsync(model, options, image,
            cancellation: Cancellation).OfType<ExplainUpdate.Finished>().SingleAsync(Cancellation)).Answer;

    private async Task<(string Input, string Output)> NamesAsync()
    {
        var model = await Grpc.ModelMetadataAsync(new() { Name = Model }, cancellationToken: Cancellation);
        return (model.Inputs.Single().Name, model.Outputs.Single().Name);
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(path, Cancellation))!;

    private async Task<JsonNode> PostAsync(string path, JsonNode body)
    {
        using var answer = await _http.PostAsync(path,
            new StringContent(body.ToJsonString(), MediaTypeHeaderValue.Parse("application/json")), Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
