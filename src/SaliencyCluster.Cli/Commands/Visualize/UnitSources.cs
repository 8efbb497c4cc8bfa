using System.Runtime.CompilerServices;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Commands.Explain;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.Runtime.Local;
using Device = SaliencyCluster.Runtime.Devices.Device;
using Tensor = SaliencyCluster.Attribution.Tensor;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>What a layer says of one image.</summary>
/// <param name="Index">The image's place among those that were readable.</param>
/// <param name="ImageShape">Shape of the prepared image, channels first.</param>
/// <param name="Predicted">What the model says of it: the label, or else the element.</param>
/// <param name="Activation">The layer, <c>[channels,h,w]</c>.</param>
/// <param name="Losses">What of the class's score is lost without each channel; null where no class is looked at.</param>
internal sealed record UnitAnswer(int Index, int[] ImageShape, string Predicted, Tensor Activation, float[]? Losses);

/// <summary>Where layers are looked at.</summary>
internal interface IUnitSource
{
    /// <summary>Gets the model's name in results.</summary>
    string Model { get; }

    /// <summary>Finds a layer.</summary>
    /// <exception cref="SaliencyException">SAL2021: there is none of that name.</exception>
    NamedLayer Layer(string name);

    /// <summary>Takes out and reports what cannot be sent.</summary>
    IReadOnlyList<InputImage> Readable(IReadOnlyList<InputImage> images, ModelInput input, IReadOnlyList<ExplanationRequest> requests,
        ExplainReport report);

    /// <summary>Looks at images; one that fails says why.</summary>
    IAsyncEnumerable<(UnitAnswer? Answer, (string Image, SaliencyException Why)? Failure)> LookAsync(
        IReadOnlyList<ExplanationRequest> requests, IReadOnlyList<InputImage> images, CancellationToken cancellation);
}

/// <summary>Looks at layers in this process.</summary>
internal sealed class LocalUnits(CliHost host, Device device, string name, OnnxModel model, ModelSummary summary,
    IReadOnlyList<string> labels) : IUnitSource
{
    /// <inheritdoc/>
    public string Model => name;

    /// <inheritdoc/>
    public NamedLayer Layer(string name) => UnitName.Layer(name, new(
        [.. summary.Layers.Select(l => new NamedLayer(l.Tensor, l.Shape, l.ChannelsLast))], summary.LastConvolution));

    /// <inheritdoc/>
    public IReadOnlyList<InputImage> Readable(
        IReadOnlyList<InputImage> images, ModelInput input, IReadOnlyList<ExplanationRequest> requests, ExplainReport report) => images;

    /// <inheritdoc/>
    public async IAsyncEnumerable<(UnitAnswer? Answer, (string Image, SaliencyException Why)? Failure)> LookAsync(
        IReadOnlyList<ExplanationRequest> requests, IReadOnlyList<InputImage> images,
            [EnumeratorCancellation] CancellationToken cancellation)
    {
        var resolved = RequestResolver.ResolveAll(requests, summary, labels, LocalBounds.Read());
        var explainer = new LocalExplainer(device, model, resolved, [], host.Clock);
        await foreach (var result in explainer.ExplainAsync(images.Select((image, i) => new LocalImage(image.Name, (uint)i,
            image.Prepare)), null, cancellation))
        {
            if (result.Explanation is not { } seen)
            {
                yield return (null, (result.Image.Name, result.Failure!));
                continue;
            }
            var losses = result.Compared.Count > 1 ? result.Compared[1].Estimate.Map.Data : null;
            yield return (new((int)result.Image.Index, result.Tensor!.Shape, seen.Label ?? seen.Target, seen.Estimate.Map, losses), null);
        }
    }
}

/// <summary>Looks at layers as a job of a cluster.</summary>
internal sealed class ClusterUnits(CliHost host, SaliencyClient client, Model model, string pool) : IUnitSource
{
    /// <inheritdoc/>
    public string Model { get; } = $"{model.Name}:{model.Version}";

    /// <inheritdoc/>
    public NamedLayer Layer(string name) => UnitName.Layer(name, new(
        [.. model.Layers.Select(l => new NamedLayer(l.Tensor, [.. l.Shape], l.ChannelsLast))], model.LastConv.Length == 0 ? null
            : model.LastConv));

    /// <inheritdoc/>
    public IReadOnlyList<InputImage> Readable(
        IReadOnlyList<InputImage> images, ModelInput input, IReadOnlyList<ExplanationRequest> requests, ExplainReport report) =>
        ClusterImages.Readable(images, [input], requests, report);

    /// <inheritdoc/>
    public async IAsyncEnumerable<(UnitAnswer? Answer, (string Image, SaliencyException Why)? Failure)> LookAsync(
        IReadOnlyList<ExplanationRequest> requests, IReadOnlyList<InputImage> images,
            [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (images.Count == 0) yield break;
        var job = await client.Jobs.SubmitAsync(
            WireRequest.Header([Model], requests, null, pool), images.Select(i => i.ForGateway()).ToAsyncEnumerable(), cancellation);
        if (!host.Json) host.Error.WriteLine($"job {job.JobId}");
        // The results of an image follow each other, one for each request.
        UnitAnswer? first = null;
        await foreach (var image in client.Jobs.ReadResultsAsync(job.JobId, cancellation: cancellation))
        {
            var index = (int)image.Result.Index;
            if (WireResults.Failure(image) is { } failure)
            {
                if (image.Result.MethodIndex == 0) yield return (null, (images[index].Name, failure));
                continue;
            }
            var (result, map, _, _) = WireResults.Read(image);
            if (image.Result.MethodIndex == 0) first = new(index, images[index].Prepare().Shape, result.Label ?? result.Target, map, null);
            else first = first! with { Losses = map.Data };
            if (image.Result.MethodIndex == requests.Count - 1) yield return (first, null);
        }
    }
}
