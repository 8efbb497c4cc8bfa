using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Grains.Abstractions.Jobs;
using ImageState = SaliencyCluster.Grains.Abstractions.Jobs.ImageState;
using ResultOnWire = SaliencyCluster.Protocol.V1.ImageResult;
using StateOnWire = SaliencyCluster.Protocol.V1.ImageState;

namespace SaliencyCluster.Gateway.Results;

/// <summary>Writes the outcome of an image for the wire.</summary>
internal static class ResultMapping
{
    /// <summary>Writes the results of all methods of an image in their order; one for an image that failed.</summary>
    public static IEnumerable<ResultOnWire> WriteAll(ImageOutcome outcome, JobStatus job)
    {
        StoredExplanation?[] results = [outcome.Result, .. outcome.Compared];
        for (var i = 0; i < results.Length; i++)
        {
            var written = Write(outcome with { Result = results[i] }, job);
            (written.MethodIndex, written.Methods) = (i, results.Length);
            yield return written;
        }
    }

    public static StateOnWire Write(ImageState state) => state switch
    {
        ImageState.Done => StateOnWire.Done,
        ImageState.Failed => StateOnWire.Failed,
        _ => StateOnWire.Pending,
    };

    public static ResultOnWire Write(ImageOutcome outcome, JobStatus job)
    {
        var written = new ResultOnWire
        {
            Index = outcome.Index,
            Name = outcome.Name,
            State = Write(outcome.State),
            Failure = FailureMapping.Write(outcome.Error),
            Model = job.Model,
            ModelSha256 = job.ModelHash,
            Method = outcome.Result?.Method ?? job.Request.Method,
            Methods = 1 + outcome.Compared.Length,
            PointsOfImage = outcome.Points,
        };
        if (outcome.Result is not { } result) return written;
        written.Parameters = result.Parameters;
        written.Target = result.Target;
        written.Label = result.Label ?? "";
        written.Score = result.Score;
        written.Points = result.Points;
        written.Seconds = result.Seconds;
        written.Workers.AddRange(result.Workers);
        written.MapShape.AddRange(result.Shape.Select(d => (long)d));
        written.HasStandardErrorMap = result.StandardErrorMap is not null;
        written.Layout = result.Layout ?? "nchw";
        written.ChannelsLast = result.ChannelsLast;
        written.Explained = result.Explained ?? "";
        written.Notes.AddRange(result.Notes);
        written.Trace.AddRange(result.Trace);
        written.FrameScores.AddRange(result.FrameScores);
        written.Detection = DetectionMapping.Write(result.Detection);
        if (result.BaselineScore is { } baseline) written.BaselineScore = baseline;
        if (result.ConvergenceDelta is { } delta) written.ConvergenceDelta = delta;
        if (result.StandardError is { } error) written.StandardError = error;
        if (result.ErrorEstimate is { } estimate) written.ErrorEstimate = estimate;
        return written;
    }
}
