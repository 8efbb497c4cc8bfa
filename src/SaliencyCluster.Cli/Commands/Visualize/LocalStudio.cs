using System.Numerics.Tensors;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Commands.Explain;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Evaluation.Metrics.Faithfulness;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Local;
using Tensor = SaliencyCluster.Attribution.Tensor;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>Draws images in this process.</summary>
internal sealed class LocalStudio(CliHost host, Device device, OnnxModel model, ModelSummary summary, IReadOnlyList<string> labels)
    : IStudio
{
    private readonly RequestBounds _bounds = LocalBounds.Read();
    private readonly LocalOutputs _outputs = new(device, model, summary.Layout);

    /// <inheritdoc/>
    public string Cost(DrawingTask task, int restarts) => CostText.Of(RequestResolver.Resolve(task.Request, summary, labels,
        _bounds).Options, task, restarts);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(Drawing? Drawing, SaliencyException? Failure)>> DrawAsync(
        DrawingTask task, int restarts, CancellationToken cancellation)
    {
        var request = RequestResolver.Resolve(task.Request, summary, labels, _bounds);
        var explainer = new LocalExplainer(device, model, request, [], host.Clock);
        using var progress = new ProgressDisplay(host, (long)restarts * explainer.PlannedPoints, "points");
        var drawn = new List<(Drawing?, SaliencyException?)>();
        var images = Enumerable.Range(0, restarts).Select(i => new LocalImage($"restart-{i + 1}", (uint)i, () => task.Image));
        await foreach (var result in explainer.ExplainAsync(images, Told, cancellation))
        {
            drawn.Add(result.Explanation is not { } e ? (null, result.Failure) : (new(
                e.Estimate.Map, e.Estimate.Trace!, e.Estimate.FrameScores!, e.Target, e.Label, e.Parameters, e.Points,
                result.Elapsed.TotalSeconds), null));
        }
        return drawn;

        void Told(LocalPoints step)
        {
            progress.Meter.AddTotal(step.Planned);
            progress.Meter.Add(step.Done);
        }
    }

    /// <inheritdoc/>
    public async Task<Look> LookAsync(DrawingTask task, Drawing drawing, Tensor picture, CancellationToken cancellation)
    {
        var resolved = RequestResolver.Resolve(task.Request, summary, labels, _bounds);
        var isInside = resolved.Model.IsInside;
        var layer = isInside ? resolved.Model.Output : summary.LastConvolution;
        var features = layer is null ? [] : await _outputs.TensorAsync(picture, layer, cancellation);
        var explained = isInside ? summary : resolved.Model;
        var logits = await _outputs.LogitsAsync(picture, explained.NamedOutput, cancellation);
        double? score = task.Request.Method == "maximize" ? Mean(isInside ? features : logits, TargetSpec.Parse(drawing.Target),
            resolved.Model.OutputShape)
            : -Distance(features, await _outputs.TensorAsync(task.Image, layer!, cancellation), TargetSpec.Parse(drawing.Target),
                resolved.Model.OutputShape);
        if (ClassAxis.Only(explained.OutputShape) is null) return new(null, null, null, score, features) { FeatureLayer = layer };
        var best = TensorPrimitives.IndexOfMax<float>(logits);
        return new(best, best < labels.Count && labels.Count == logits.Length ? labels[best] : null, Probability(logits, best,
            explained.Activation), score, features)
        {
            FeatureLayer = layer,
        };
    }

    private static double Probability(float[] logits, int at, string? activation) =>
        activation == "Sigmoid" ? 1 / (1 + Math.Exp(-logits[at])) : Softmax.Of(logits, at);

    private static double Mean(float[] values, TargetSpec target, IReadOnlyList<long> shape)
    {
        var picked = Picked(values.Length, target, shape).ToList();
        return picked.Average(i => values[i]);
    }

    private static double Distance(float[] values, float[] wanted, TargetSpec target, IReadOnlyList<long> shape)
    {
        double away = 0, whole = 0;
        foreach (var i in Picked(values.Length, target, shape))
        {
            away += ((double)values[i] - wanted[i]) * ((double)values[i] - wanted[i]);
            whole += (double)wanted[i] * wanted[i];
        }
        return away / whole;
    }

    // Sizes that the model leaves free are named by ':' only.
    private static IEnumerable<int> Picked(int length, TargetSpec target, IReadOnlyList<long> shape)
    {
        long[] sizes = [.. shape];
        for (var i = 0; i < length; i++)
        {
            long rest = i;
            var inside = true;
            for (var d = sizes.Length - 1; d >= 0; d--)
            {
                var wanted = d < target.Indices!.Count ? target.Indices[d] : null;
                if (sizes[d] > 0)
                {
                    inside &= wanted is null || wanted == rest % sizes[d];
                    rest /= sizes[d];
                }
            }
            if (inside) yield return i;
        }
    }
}
