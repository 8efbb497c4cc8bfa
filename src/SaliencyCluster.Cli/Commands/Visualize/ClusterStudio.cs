using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;
using Tensor = SaliencyCluster.Attribution.Tensor;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>Draws images as jobs of a cluster, each restart an image of a job: checkpointed, and gone on with elsewhere.</summary>
internal sealed class ClusterStudio(CliHost host, SaliencyClient client, Model model, ModelInput input, string pool) : IStudio
{
    private readonly string _name = $"{model.Name}:{model.Version}";

    /// <inheritdoc/>
    public string Cost(DrawingTask task, int restarts)
    {
        var method = Attribution.Methods.Visualizations.VisualizationCatalog.Find(task.Request.Method)!;
        var steps = method.Description.Options.First(o => o.Name == "steps").Default!;
        var request = task.Request.Steps is null ? OptionCatalog.Find("steps")!.Parse(task.Request, steps)! : task.Request;
        return CostText.Of(request, task, restarts);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(Drawing? Drawing, SaliencyException? Failure)>> DrawAsync(
        DrawingTask task, int restarts, CancellationToken cancellation)
    {
        using var progress = new ProgressDisplay(host, restarts, "images");
        var images = Enumerable.Range(0, restarts).Select(i => Image($"restart-{i + 1}", task.Image)).ToAsyncEnumerable();
        var job = await client.Jobs.SubmitAsync(WireRequest.Header([_name], [task.Request], null, pool), images, cancellation);
        progress.Above($"job {job.JobId}");
        var drawn = new List<(Drawing?, SaliencyException?)>();
        await foreach (var image in client.Jobs.ReadResultsAsync(job.JobId, cancellation: cancellation))
        {
            progress.Meter.Add(1);
            drawn.Add(WireResults.Failure(image) is { } failure ? (null, failure) : (Read(image), null));
        }
        return drawn;
    }

    /// <inheritdoc/>
    public async Task<Look> LookAsync(DrawingTask task, Drawing drawing, Tensor picture, CancellationToken cancellation)
    {
        // The class of a model without one predicted class is not asked for.
        if (ClassAxis.Only(model.OutputShape) is null) return new(null, null, null, null, []);
        var options = WireRequest.Of(new() { Method = "gradient" });
        await foreach (var update in client.ExplainAsync(_name, options, Image("saved", picture), partialMaps: false, pool, cancellation))
        {
            if (update is not ExplainUpdate.Finished { Answer: var answer }) continue;
            if (WireResults.Failure(answer) is { } failure) throw failure;
            var target = TargetSpec.Parse(answer.Result.Target);
            var axis = Math.Min(ClassAxis.Only(model.OutputShape)!.Value, target.Indices!.Count - 1);
            return new(target.Indices[axis], answer.Result.Label.Length == 0 ? null : answer.Result.Label, null, null, []);
        }
        throw new SaliencyException("SAL2522", "The gateway sent no answer for a saved picture.", "Check that it is a gateway of this "
            + "version.");
    }

    private static Drawing Read(ExplainedImage image)
    {
        var (result, map, _, _) = WireResults.Read(image);
        if (image.Result.Trace.Count == 0 || image.Result.FrameScores.Count != map.Shape[0])
            throw new SaliencyException("SAL2522", $"The gateway sent no series of images for '{image.Result.Name}'.", "Check that it is "
                + "a gateway of this version.");
        return new(map, image.Result.Trace, image.Result.FrameScores, result.Target, result.Label, result.Parameters, result.Points,
            result.Seconds);
    }

    private ImageInput Image(string name, Tensor image)
    {
        var own = image.ToOwn(input.Layout);
        return ImageInput.FromTensor(name, [.. own.Shape.Select(d => (long)d)], own.Data);
    }
}
