using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SaliencyCluster.Attribution.Methods.Predictions;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Protocol.V1;
using Tensor = SaliencyCluster.Attribution.Tensor;
using InferOutput = SaliencyCluster.Gateway.Inference.Protocol.ModelInferResponse.Types.InferOutputTensor;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>The calls of the Open Inference Protocol, whichever way they come. Tensors of answers are bytes.</summary>
internal sealed class InferenceCalls(IGrainFactory grains, InferenceRun run)
{
    /// <summary>What the server calls itself.</summary>
    public static ServerMetadataResponse Server { get; } =
        new() { Name = "saliency-cluster", Version = Cluster.ClusterService.Version, Extensions = { "binary_tensor_data" } };

    /// <summary>Finds a model that is named as the protocol does.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2612, SAL3004, SAL4021.</exception>
    public Task<ModelInfo> FindAsync(Caller caller, string name, string version) =>
        ModelDoor.ResolveAsync(grains, caller.Tenant, Reference(name, version), "model_name");

    /// <summary>Describes a model.</summary>
    public async Task<ModelMetadataResponse> DescribeAsync(Caller caller, string name, string version)
    {
        var found = await FindAsync(caller, name, version);
        var summary = found.Registration.Summary;
        var versions = (await grains.GetGrain<IModelIndexGrain>(caller.Tenant).ListAsync()).Where(m => m.Name == found.Registration.Name);
        return new()
        {
            Name = found.Registration.Name,
            Versions = { versions.Select(m => m.Version).Order().Select(v => v.ToString(CultureInfo.InvariantCulture)) },
            Platform = "onnx_onnxv1",
            Inputs = { new ModelMetadataResponse.Types.TensorMetadata { Name = summary.Input, Datatype = "FP32",
                Shape = { -1, summary.InputShape } } },
            Outputs = { Outputs(summary).Select(o =>
                new ModelMetadataResponse.Types.TensorMetadata { Name = o.Name, Datatype = "FP32", Shape = { -1, o.Shape } }) },
        };
    }

    /// <summary>Computes outputs, or explanations of them.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">What is asked; it loses its images when they are stored.</param>
    /// <param name="room">The memory that it takes.</param>
    /// <param name="cancellation">Ends the work.</param>
    public async Task<ModelInferResponse> InferAsync(
        Caller caller, ModelInferRequest request, CallRoom? room, CancellationToken cancellation)
    {
        var parameters = InferenceParameters.Read(request.Parameters.Select(p =>
            new KeyValuePair<string, JsonNode?>(p.Key, Value(p.Value))));
        var model = await FindAsync(caller, request.ModelName, request.ModelVersion);
        var images = TensorReader.Read(request, model.Registration.Summary);
        // Whoever serves the call holds the message until it is answered.
        request.RawInputContents.Clear();
        foreach (var input in request.Inputs) input.Contents = null;
        string[] wanted = [.. request.Outputs.Select(o => o.Name)];
        var response = new ModelInferResponse { ModelName = model.Registration.Name,
            ModelVersion = model.Version.ToString(CultureInfo.InvariantCulture), Id = request.Id };
        var made = parameters.Explanation is { } options
            ? Explained(await run.RunAsync(caller, model.Label, parameters.Pool, [options], images, room, cancellation))
            : await PredictAsync(caller, model, parameters.Pool, wanted, images, room, cancellation);
        foreach (var name in wanted.Where(n => made.All(o => o.Name != n)))
            throw InferenceErrors.Input($"There is no output '{Echo.Of(name)}'.",
                $"{Suggestion.For(name, made.Select(o => o.Name))}Outputs: {string.Join(", ", made.Select(o => $"'{o.Name}'"))}.");
        foreach (var output in wanted.Length == 0 ? made : wanted.Select(n => made.First(o => o.Name == n)))
        {
            response.Outputs.Add(new InferOutput { Name = output.Name, Datatype = output.Datatype,
                Shape = { output.Shape.Select(d => (long)d) } });
            response.RawOutputContents.Add(output.Data);
        }
        return response;
    }

    /// <summary>Gets what predicts the outputs of a model.</summary>
    public static ExplanationOptions Question(OutputSummary output) => OptionsMapping.Write(Prediction.Of(output.Name, output.Shape.Count));

    /// <summary>Gets the outputs of a model that can be asked for.</summary>
    public static IEnumerable<OutputSummary> Outputs(ModelSummary model) => model.AllOutputs.Where(o => o.Problem is null);

    private static string Reference(string name, string version) => version.Length == 0 ? name
        : int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? $"{name}:{version}"
        : throw InferenceErrors.Parameter($"The version '{Echo.Of(version)}' is no number.",
            "Versions count from 1; leave it out for the newest.");

    private static JsonNode? Value(InferParameter parameter) => parameter.ParameterChoiceCase switch
    {
        InferParameter.ParameterChoiceOneofCase.BoolParam => parameter.BoolParam,
        InferParameter.ParameterChoiceOneofCase.Int64Param => parameter.Int64Param,
        InferParameter.ParameterChoiceOneofCase.Uint64Param => parameter.Uint64Param,
        InferParameter.ParameterChoiceOneofCase.DoubleParam when double.IsFinite(parameter.DoubleParam) => parameter.DoubleParam,
        InferParameter.ParameterChoiceOneofCase.DoubleParam => parameter.DoubleParam.ToString(CultureInfo.InvariantCulture),
        _ => parameter.StringParam,
    };

    private async Task<List<Made>> PredictAsync(
        Caller caller, ModelInfo model, string pool, string[] wanted, IReadOnlyList<Image> images, CallRoom? room,
        CancellationToken cancellation)
    {
        var outputs = Outputs(model.Registration.Summary).Where(o => wanted.Length == 0 || wanted.Contains(o.Name)).ToList();
        // Which of them there is not is said where answers are put together.
        if (outputs.Count == 0) return [.. Outputs(model.Registration.Summary).Select(o => new Made(o.Name, "FP32", [], ByteString.Empty))];
        var answers = await run.RunAsync(caller, model.Label, pool, [.. outputs.Select(Question)], images, room, cancellation);
        return [.. outputs.Select((output, i) => Maps(output.Name, [.. answers.Select(a => a[i].Map)]))];
    }

    private static List<Made> Explained(IReadOnlyList<IReadOnlyList<Answer>> answers)
    {
        Answer[] all = [.. answers.Select(a => a[0])];
        List<Made> made =
        [
            Maps("map", [.. all.Select(a => a.Map)]),
            Numbers("score", all, a => a.Stored.Score)!,
            Texts("target", [.. all.Select(a => a.Stored.Target)]),
        ];
        if (all.All(a => a.Stored.Label is not null)) made.Add(Texts("label", [.. all.Select(a => a.Stored.Label!)]));
        made.AddRange(((Made?[])
        [
            Numbers("baseline_score", all, a => a.Stored.BaselineScore),
            Numbers("convergence_delta", all, a => a.Stored.ConvergenceDelta),
            Numbers("standard_error", all, a => a.Stored.StandardError),
            Numbers("error_estimate", all, a => a.Stored.ErrorEstimate),
            all.All(a => a.Errors is not null) ? Maps("standard_error_map", [.. all.Select(a => a.Errors!)]) : null,
        ]).OfType<Made>());
        return made;
    }

    private static Made Maps(string name, IReadOnlyList<Tensor> maps)
    {
        var odd = maps.FirstOrDefault(m => !m.Shape.AsSpan().SequenceEqual(maps[0].Shape));
        if (odd is not null) throw InferenceErrors.Input(
            $"The images of the call have answers of different shapes, [{string.Join(',', maps[0].Shape)}] "
                + $"and [{string.Join(',', odd.Shape)}].",
            "Send images of different sizes in calls of their own.");
        var data = new byte[maps.Sum(m => (long)m.Data.Length * sizeof(float))];
        var at = 0;
        foreach (var map in maps)
        {
            Buffer.BlockCopy(map.Data, 0, data, at, map.Data.Length * sizeof(float));
            at += map.Data.Length * sizeof(float);
        }
        return new(name, "FP32", [maps.Count, .. maps[0].Shape], UnsafeByteOperations.UnsafeWrap(data));
    }

    private static Made? Numbers(string name, IReadOnlyList<Answer> all, Func<Answer, double?> value)
    {
        double[] values = [.. all.Select(value).OfType<double>()];
        if (values.Length < all.Count) return null;
        var data = new byte[values.Length * sizeof(double)];
        Buffer.BlockCopy(values, 0, data, 0, data.Length);
        return new(name, "FP64", [values.Length], UnsafeByteOperations.UnsafeWrap(data));
    }

    private static Made Texts(string name, IReadOnlyList<string> texts) =>
        new(name, "BYTES", [texts.Count], ByteElements.Join(texts.Select(Encoding.UTF8.GetBytes)));

    // A tensor of an answer.
    private sealed record Made(string Name, string Datatype, int[] Shape, ByteString Data);
}
