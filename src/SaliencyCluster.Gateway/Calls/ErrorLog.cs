namespace SaliencyCluster.Gateway.Calls;

internal static partial class ErrorLog
{
    [LoggerMessage(EventId = 2601, Level = LogLevel.Error, Message = "{Method} failed with {Code}; the caller was told")]
    public static partial void CallFailed(this ILogger logger, string method, string code, Exception cause);

    [LoggerMessage(EventId = 2602, Level = LogLevel.Error, Message = "{Method} failed unexpectedly; the caller was given reference {Reference}")]
    public static partial void UnexpectedError(this ILogger logger, string method, string reference, Exception cause);

    [LoggerMessage(EventId = 2603, Level = LogLevel.Warning, Message = "{Method} found no answer inside the cluster; the caller was told to retry")]
    public static partial void ClusterNotReady(this ILogger logger, string method, Exception cause);

    [LoggerMessage(EventId = 2604, Level = LogLevel.Warning, Message = "{Method} was cut off by the shutdown; the caller was told to call again")]
    public static partial void CallCutOff(this ILogger logger, string method, Exception cause);
}
