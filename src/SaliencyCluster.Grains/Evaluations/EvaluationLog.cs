using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>Log events of evaluations, 3401 to 3499.</summary>
internal static partial class EvaluationLog
{
    [LoggerMessage(EventId = 3401, Level = LogLevel.Information, Message = "Evaluation {Evaluation} is accepted: {Images} images of {Model}")]
    public static partial void EvaluationAccepted(this ILogger logger, string evaluation, int images, string model);

    // Names that users gave: for those alone who turn it on.
    [LoggerMessage(EventId = 3407, Level = LogLevel.Debug, Message = "Evaluation {Evaluation} is {Name} of model {Model}")]
    public static partial void EvaluationNamed(this ILogger logger, string evaluation, string name, string model);

    [LoggerMessage(EventId = 3402, Level = LogLevel.Information, Message = "Evaluation {Evaluation} goes on; {Answers} of its batches have an answer")]
    public static partial void EvaluationResumed(this ILogger logger, string evaluation, int answers);

    [LoggerMessage(EventId = 3403, Level = LogLevel.Information, Message = "Evaluation {Evaluation} is {State} after {Batches} batches and {Points} points")]
    public static partial void EvaluationEnded(this ILogger logger, string evaluation, string state, int batches, long points);

    [LoggerMessage(EventId = 3404, Level = LogLevel.Warning, Message = "Evaluation {Evaluation} could not go on; it tries again in {Seconds} s")]
    public static partial void EvaluationStalled(this ILogger logger, string evaluation, double seconds, Exception cause);

    [LoggerMessage(EventId = 3405, Level = LogLevel.Warning, Message =
        "Evaluation {Evaluation} met a fault of the cluster, attempt {Attempt} of {MaxAttempts}; it tries again in {Seconds} s")]
    public static partial void EvaluationFaulted(this ILogger logger, string evaluation, int attempt, int maxAttempts, double seconds, Exception cause);

    [LoggerMessage(EventId = 3406, Level = LogLevel.Error, Message =
        "Evaluation {Evaluation} met a fault of the cluster at each of {Attempts} attempts and fails with SAL3099")]
    public static partial void EvaluationGivenUp(this ILogger logger, string evaluation, int attempts, Exception cause);
}
