namespace SaliencyCluster.Gateway.Identity;

internal static partial class IdentityLog
{
    [LoggerMessage(EventId = 2611, Level = LogLevel.Information, Message = "The key file has changed: {Keys} keys are in force")]
    public static partial void KeysReloaded(this ILogger logger, int keys);

    [LoggerMessage(EventId = 2612, Level = LogLevel.Error, Message = "{Code}: {What} {Next} The keys stay as they were")]
    public static partial void KeysNotReloaded(this ILogger logger, string code, string what, string next);

    [LoggerMessage(EventId = 2613, Level = LogLevel.Error, Message = "The keys of the identity provider {Issuer} cannot be read")]
    public static partial void ProviderNotAsked(this ILogger logger, string issuer, Exception cause);
}
