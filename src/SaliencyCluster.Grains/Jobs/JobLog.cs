using Microsoft.Extensions.Logging;

namespace SaliencyCluster.Grains.Jobs;

/// <summary>Log events of jobs, 3001 to 3099.</summary>
internal static partial class JobLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Job {Job} accepted: {Images} images, {Method} with {Model}")]
    public static partial void JobAccepted(this ILogger logger, string job, int images, string method, string model);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "Job {Job} {State}: {Done} images done, {Failed} failed, {Points} points")]
    public static partial void JobEnded(this ILogger logger, string job, string state, int done, int failed, long points);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Image {Image} of job {Job} failed with {Code}; the job goes on")]
    public static partial void ImageFailed(this ILogger logger, int image, string job, string code);

    // The text of an error, and the name of a job, may hold what users call their images: for those alone who turn it on.
    [LoggerMessage(EventId = 3010, Level = LogLevel.Debug, Message = "Image {Image} of job {Job} failed with {Code}: {What}")]
    public static partial void ImageFailure(this ILogger logger, int image, string job, string code, string what);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Debug, Message = "Job {Job} is {Name} with model {Model}")]
    public static partial void JobNamed(this ILogger logger, string job, string name, string model);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "Job {Job} could not go on; it tries again in a few seconds")]
    public static partial void JobStalled(this ILogger logger, string job, Exception cause);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Warning, Message = "The supervisor of jobs could not be reached; it is asked again in a few seconds")]
    public static partial void SupervisorNotReached(this ILogger logger, Exception cause);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Information, Message = "Job {Job} goes on after its silo ended: {Done} of {Images} images done")]
    public static partial void JobResumed(this ILogger logger, string job, int done, int images);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning, Message =
        "Job {Job} met a fault of the cluster, attempt {Attempt} of {MaxAttempts}; it tries again in {Seconds} s")]
    public static partial void JobFaulted(this ILogger logger, string job, int attempt, int maxAttempts, double seconds, Exception cause);

    [LoggerMessage(EventId = 3013, Level = LogLevel.Error, Message = "Job {Job} met a fault of the cluster at each of {Attempts} attempts and fails with SAL3099")]
    public static partial void JobGivenUp(this ILogger logger, string job, int attempts, Exception cause);
}
