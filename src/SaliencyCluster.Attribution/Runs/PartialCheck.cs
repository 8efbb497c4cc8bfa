using SaliencyCluster.Attribution.Reduction;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Checks what a worker sent before it is added.</summary>
internal static class PartialCheck
{
    public static void Check(
        Partial partial, Round round, ReductionTree tree, ResolvedRequest request, int[] imageShape, uint imageIndex)
    {
        if (partial.Round != round.Number)
            throw Unfit(partial, $"the run is in round {round.Number}");
        if (partial.Level < 0 || partial.Level > tree.Height || partial.Index < 0 || ReductionTree.First(partial) >= tree.Shards)
            throw Unfit(partial, $"the round has {tree.Shards} shards");
        var first = ReductionTree.First(partial) * round.ShardPoints;
        var points = Math.Min(tree.End(partial) * round.ShardPoints, round.Points.Count) - first;
        if (partial.Scores.Length != points) throw Unfit(partial, $"it has {partial.Scores.Length} scores for {points} points");
        if (round.Outputs && (partial.Outputs is null || partial.Outputs.Length % points != 0 || partial.Outputs.Length == 0))
            throw Unfit(partial, "it lacks the outputs of its points");
        if (round.Outputs && partial.OutputShape is { } output && output.Aggregate(1L, (n, d) => n * d) * points != partial.Outputs!.Length)
            throw Unfit(partial, $"it has {partial.Outputs!.Length} outputs for {points} points of shape [{string.Join(',', output)}]");
        CheckMap(partial, partial.Sum, round.Map != PointMap.None, MapShape(round, request, imageShape, points));
        CheckMap(partial, partial.SquaredSum, round.Map != PointMap.None && round.Squares, MapShape(round, request, imageShape, points));
        if (IsFinite(partial.Sum?.Data) && IsFinite(partial.SquaredSum?.Data) && IsFinite(partial.Scores)) return;
        throw new SaliencyException(
            "SAL2402", $"The model gave NaN or infinity for image {imageIndex} in round {partial.Round}, points {first} to {first + points - 1}.",
            request.Options.Method == "invert"
                ? $"The error of an inversion is relative to what layer '{request.Options.Output}' holds: "
                    + $"if that is zero everywhere for this image, name another `--layer`."
                : "Look at the image's preprocessing, use a smaller `--stdev`, or check the model for operations that overflow.");
    }

    private static void CheckMap(Partial partial, Tensor? map, bool wanted, int[]? shape)
    {
        if (map is null != !wanted) throw Unfit(partial, wanted ? "a map is missing" : "it has a map that was not asked for");
        if (map is null) return;
        if (map.Data.Length != map.Shape.Aggregate(1L, (n, d) => n * d) || (shape is not null && !Fits(map.Shape, shape)))
            throw Unfit(partial, $"its map has shape [{string.Join(',', map.Shape)}] with {map.Data.Length} elements instead of [{string.Join(',', shape ?? [])}]");
    }

    // -1 where the model leaves the image's size free: what such a dimension becomes is known where the graph is compiled.
    private static bool Fits(int[] shape, int[] expected) =>
        shape.Length == expected.Length && shape.Zip(expected, (given, wanted) => wanted < 0 ? given > 0 : given == wanted).All(fits => fits);

    private static int[]? MapShape(Round round, ResolvedRequest request, int[] image, int points)
    {
        var layer = request.Model.Layers.FirstOrDefault(l => l.Tensor == round.Layer);
        int[]? shape = round.Map switch
        {
            PointMap.Gradient when round.Layer is null => image,
            PointMap.Gradient => layer?.Shape.Select(d => (int)d).ToArray(),
            PointMap.GuidedGradCam => image,
            PointMap.FullGradient => [1, .. image[1..]],
            PointMap.AttentionRollout or PointMap.GenericAttention or PointMap.LeGrad => [1, -1, -1],
            PointMap.Activation or PointMap.ActivationTimesGradient =>
                layer is null ? null : [(int)layer.Channels, .. layer.Grid.Select(d => (int)d)],
            _ => layer is null ? null : [1, .. layer.Grid.Select(d => (int)d)],
        };
        return shape is not null && round.Reduction == PointReduction.Each ? [points, .. shape] : shape;
    }

    private static bool IsFinite(float[]? values) =>
        values is null || !values.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue);

    private static SaliencyException Unfit(Partial partial, string why) => new(
        "SAL2401", $"A partial of round {partial.Round}, node ({partial.Level},{partial.Index}) does not fit: {why}.",
        "The worker computed something else than it was asked; restart it with the same version as the gateway.");
}
