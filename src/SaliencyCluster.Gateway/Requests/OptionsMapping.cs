using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Requests;

/// <summary>Brings options from the wire to the request that all of us share, and back.</summary>
internal static class OptionsMapping
{
    private const string Next = "List methods and their options: saliency methods, or GET /v1/methods";

    /// <summary>Reads options; an explicit 0 stays a 0.</summary>
    /// <exception cref="InvalidRequestException">SAL2602: names every field that cannot be read.</exception>
    public static ExplanationRequest Read(ExplanationOptions? options)
    {
        if (string.IsNullOrEmpty(options?.Method))
            throw InvalidRequestException.Of("SAL2602", "options.method", "The field 'options.method' is empty.", Next);
        var errors = new List<(string, string)>();
        var request = new ExplanationRequest
        {
            Method = options.Method,
            Target = options.HasTarget ? options.Target : null,
            Output = options.HasOutput ? options.Output : null,
            Box = options.HasBox ? options.Box : null,
            Detection = options.HasDetection ? Count(options.Detection, "options.detection", errors) : null,
            Head = options.HasHead ? options.Head : null,
            ScoreThreshold = options.HasScoreThreshold ? options.ScoreThreshold : null,
            Iou = options.HasIou ? options.Iou : null,
            Score = options.HasScore ? options.Score : null,
            Steps = options.HasSteps ? Count(options.Steps, "options.steps", errors) : null,
            Rule = options.HasRule ? options.Rule : null,
            Baseline = options.HasBaseline ? options.Baseline : null,
            Samples = options.HasSamples ? Count(options.Samples, "options.samples", errors) : null,
            Stdev = options.HasStdev ? options.Stdev : null,
            StdevKind = options.HasStdevKind ? options.StdevKind : null,
            Seed = options.HasSeed ? options.Seed : null,
            Layer = options.HasLayer ? options.Layer : null,
            Window = Pair(options.Window, "options.window", errors),
            Stride = Pair(options.Stride, "options.stride", errors),
            Segments = options.HasSegments ? options.Segments : null,
            Ascent = options.HasAscent ? options.Ascent : null,
            Tolerance = options.HasTolerance ? options.Tolerance : null,
            Smooth = options.HasSmooth ? options.Smooth : null,
            SmoothSamples = options.HasSmoothSamples ? Count(options.SmoothSamples, "options.smooth_samples", errors) : null,
            Sampling = options.HasSampling ? options.Sampling : null,
            Relu = options.HasRelu ? options.Relu : null,
            Finer = options.HasFiner ? Count(options.Finer, "options.finer", errors) : null,
            Upsampling = options.HasUpsampling ? options.Upsampling : null,
            StandardErrorMap = options.HasStandardErrorMap ? options.StandardErrorMap : null,
            MicroBatch = options.HasMicroBatch ? Count(options.MicroBatch, "options.micro_batch", errors) : null,
            ShardPoints = options.HasShardPoints ? Count(options.ShardPoints, "options.shard_points", errors) : null,
        };
        return errors.Count == 0 ? request : throw new InvalidRequestException("SAL2602", errors, Next);
    }

    /// <summary>Writes a request; what is null stays unset.</summary>
    public static ExplanationOptions Write(ExplanationRequest request)
    {
        var options = new ExplanationOptions { Method = request.Method };
        if (request.Target is { } target) options.Target = target;
        if (request.Output is { } output) options.Output = output;
        if (request.Box is { } box) options.Box = box;
        if (request.Detection is { } detection) options.Detection = (uint)detection;
        if (request.Head is { } head) options.Head = head;
        if (request.ScoreThreshold is { } threshold) options.ScoreThreshold = threshold;
        if (request.Iou is { } iou) options.Iou = iou;
        if (request.Score is { } score) options.Score = score;
        if (request.Steps is { } steps) options.Steps = (uint)steps;
        if (request.Rule is { } rule) options.Rule = rule;
        if (request.Baseline is { } baseline) options.Baseline = baseline;
        if (request.Samples is { } samples) options.Samples = (uint)samples;
        if (request.Stdev is { } stdev) options.Stdev = stdev;
        if (request.StdevKind is { } kind) options.StdevKind = kind;
        if (request.Seed is { } seed) options.Seed = seed;
        if (request.Layer is { } layer) options.Layer = layer;
        options.Window.AddRange((request.Window ?? []).Select(n => (uint)n));
        options.Stride.AddRange((request.Stride ?? []).Select(n => (uint)n));
        if (request.Segments is { } segments) options.Segments = segments;
        if (request.Ascent is { } ascent) options.Ascent = ascent;
        if (request.Tolerance is { } tolerance) options.Tolerance = tolerance;
        if (request.Smooth is { } smooth) options.Smooth = smooth;
        if (request.SmoothSamples is { } smoothSamples) options.SmoothSamples = (uint)smoothSamples;
        if (request.Sampling is { } sampling) options.Sampling = sampling;
        if (request.Relu is { } relu) options.Relu = relu;
        if (request.Finer is { } finer) options.Finer = (uint)finer;
        if (request.Upsampling is { } upsampling) options.Upsampling = upsampling;
        if (request.StandardErrorMap is { } standardError) options.StandardErrorMap = standardError;
        if (request.MicroBatch is { } microBatch) options.MicroBatch = (uint)microBatch;
        if (request.ShardPoints is { } shardPoints) options.ShardPoints = (uint)shardPoints;
        return options;
    }

    private static int Count(uint value, string field, List<(string, string)> errors)
    {
        if (value <= int.MaxValue) return (int)value;
        errors.Add((field, $"The field '{field}' is {value}; it must be at most {int.MaxValue}."));
        return 0;
    }

    private static int[]? Pair(IReadOnlyList<uint> values, string field, List<(string, string)> errors)
    {
        if (values.Count == 0) return null;
        if (values.Count != 2)
        {
            errors.Add((field, $"The field '{field}' must have two numbers, height and width, or none; it has {values.Count}."));
            return null;
        }
        return [Count(values[0], field, errors), Count(values[1], field, errors)];
    }
}
