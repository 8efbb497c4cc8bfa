using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Round 0 of every run: forward passes on the image and its baselines, which decide the target and give the scores.</summary>
internal static class ProbeRound
{
    /// <summary>Gets the round.</summary>
    public static Round Round(IReadOnlyList<BaselineRecipe> recipes, int baselines, ResolvedRequest request)
    {
        var points = MethodFactory.ReadsBaseline(request.Options) ? baselines + 1 : 1;
        return new Round
        {
            Map = PointMap.None,
            Outputs = true,
            Recipe = new PointRecipe { Path = PathKind.Ends, Baselines = recipes },
            Points = [.. Enumerable.Range(-1, points).Select(variant => new Point(1, 0, -1, variant))],
            MicroBatch = request.Model.FreeBatch ? Math.Min(points, request.MicroBatch * 2) : 1,
            ShardPoints = points,
        };
    }

    /// <summary>Decides the target and scores it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="imageIndex">The image, for messages.</param>
    /// <param name="result">The round's.</param>
    /// <param name="chosen">The detection that was chosen; null where none is explained.</param>
    public static ProbeResult Read(ResolvedRequest request, uint imageIndex, RoundResult result,
        ChosenDetection? chosen)
    {
        var outputs = result.Outputs!;
        var size = outputs.Length / result.Scores.Length;
        CheckFinite(outputs, imageIndex);
        // The shape at this image's size; a worker of 0.1 does not say it, and knows fixed sizes only.
        var shape = result.OutputShape ?? (request.Model.OutputShape.All(d => d > 0) ? request.Model.OutputShape : [size]);
        var spec = TargetSpec.Parse(chosen?.Target ?? request.Options.Target!);
        if (spec.IsPredicted) spec = TargetSpec.At(System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(outputs.AsSpan(0, size)), shape);
        if (TargetCheck.Outside(spec, shape, request.Model.Output) is { } error) throw new SaliencyException(error.Code, error.What, error.Next);
        var seed = new float[size];
        spec.FillRow(shape, seed);
        var scores = Enumerable.Range(0, result.Scores.Length).Select(i => Score(outputs.AsSpan(i * size, size), seed)).ToArray();
        if (chosen is var (detection, _, similarity))
            return new(spec.ToString(), detection.Label, scores[0], scores[1..]) { Detection = detection, Similarity = similarity };
        var label = ClassAxis.Of(request.Model) is { } axis && axis < spec.Indices!.Count && spec.Indices[axis] is { } index && index < request.Labels.Count && request.Labels[index].Length > 0
            ? request.Labels[index] : null;
        return new(spec.ToString(), label, scores[0], scores[1..]);
    }

    /// <summary>Refuses outputs of an image that are not finite.</summary>
    /// <exception cref="SaliencyException">SAL2403.</exception>
    public static void CheckFinite(float[] outputs, uint imageIndex)
    {
        if (outputs.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new SaliencyException(
                "SAL2403", $"The model's output for image {imageIndex} or its baseline is not finite.",
                "Look at the image's preprocessing, or explain another image.");
    }

    private static float Score(ReadOnlySpan<float> output, ReadOnlySpan<float> seed)
    {
        var sum = 0.0;
        for (var i = 0; i < output.Length; i++) sum += (double)output[i] * seed[i];
        return (float)sum;
    }
}
