using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Tells which graph a run will need after its probe, so that it can be made ready while the probe is computed.</summary>
public static class RoundForecast
{
    /// <summary>Gets what the graph of the method's first round computes. It does not depend on what the probe answers, which only names the target.</summary>
    /// <returns>Null for a method that needs no further graph, or where the run would fail: it will say so itself.</returns>
    public static ExplanationSpec? AfterProbe(ResolvedRequest request, Tensor image, uint imageIndex, IReadOnlyList<Tensor> storedBaselines)
    {
        // Its first rounds choose the detection from what the model says.
        if (request.Head is not null) return null;
        try
        {
            var run = new ExplanationRun(request, image, imageIndex, storedBaselines);
            var probe = run.Round!;
            var shape = Sized(request);
            var outputs = new float[probe.Points.Count * shape.Aggregate(1L, (n, d) => n * d)];
            foreach (var shard in run.Shards)
                run.Add(new(0, 0, shard.Index, null, null, new float[shard.Count], outputs[..(outputs.Length / probe.Points.Count * shard.Count)]) { OutputShape = shape });
            return run.Round is { Number: > 0 } next ? next.Spec(image.Shape) : null;
        }
        catch (SaliencyException)
        {
            return null;
        }
    }

    // What follows does not depend on the output's size, so one that is not known yet need only hold the target.
    private static long[] Sized(ResolvedRequest request)
    {
        var target = TargetSpec.TryParse(request.Options.Target ?? TargetSpec.Predicted)?.Indices;
        return [.. request.Model.OutputShape.Select((size, d) => size >= 0 ? size : target is not null && d < target.Count && target[d] is { } index ? index + 1 : 1)];
    }
}
