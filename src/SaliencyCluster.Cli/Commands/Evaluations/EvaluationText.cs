using System.Globalization;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Evaluations;

/// <summary>An evaluation in words and as JSON, and the exit code that its end leads to.</summary>
internal static class EvaluationText
{
    public static object Json(EvaluationMessage e) => new
    {
        e.EvaluationId,
        state = State(e),
        waitingFor = e.WaitingFor.Length == 0 ? null : e.WaitingFor,
        failure = e.Failure is { } f ? new { f.Code, f.What, f.Next } : null,
        e.Title,
        e.Model,
        e.ModelSha256,
        e.Images,
        e.BatchesDone,
        e.Batches,
        e.PointsDone,
        e.PointsPerSecond,
        createdAt = e.CreatedAt.ToDateTimeOffset(),
        endedAt = e.EndedAt?.ToDateTimeOffset(),
        secondsLeft = e.HasSecondsLeft ? e.SecondsLeft : (double?)null,
    };

    public static string State(EvaluationMessage e) => e.State.ToString().ToLowerInvariant();

    public static string Batches(EvaluationMessage e) => $"{e.BatchesDone} of {(e.Batches == 0 ? "?" : e.Batches.ToString(CultureInfo.InvariantCulture))}";

    /// <summary>Gets how long it has taken; until now where it has not ended.</summary>
    public static TimeSpan Elapsed(EvaluationMessage e, TimeProvider clock) => (e.EndedAt?.ToDateTimeOffset() ?? clock.GetUtcNow()) - e.CreatedAt.ToDateTimeOffset();

    /// <summary>Prints it as JSON where that is asked for, and otherwise in the given words.</summary>
    public static void Print(CliHost host, EvaluationMessage e, string words)
    {
        if (host.Json) JsonPrinter.Print(host.Out, Json(e));
        else host.Out.WriteLine(words);
    }

    /// <summary>Prints how it ended and returns the exit code: an evaluation with a report is a success.</summary>
    public static int Finish(CliHost host, EvaluationMessage e)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{e.EvaluationId} is {State(e)}: {Batches(e)} batches, {e.PointsDone:N0} points in {ProgressText.Time(Elapsed(e, host.Clock))}, {ProgressText.Rate(e.PointsPerSecond)} points/s");
        Print(host, e, e.Failure is { } failure ? $"{text}\n{failure.Code}: {failure.What} {failure.Next}" : text);
        return e.Failure is { } f ? ExitCode.Of(f.Code) : e.State == EvaluationState.Done ? ExitCode.Ok : ExitCode.Failed;
    }
}
