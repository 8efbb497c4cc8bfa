namespace SaliencyCluster.Gateway.Hosting;

internal static partial class GatewayLog
{
    [LoggerMessage(EventId = 2600, Level = LogLevel.Information, Message = "Serving gRPC at {Grpc} and REST at {Http}")]
    public static partial void Serving(this ILogger logger, Uri grpc, Uri http);

    [LoggerMessage(EventId = 2605, Level = LogLevel.Information, Message =
        "Serving KEDA's scaler to everybody at {Scaler}, and nothing else there")]
    public static partial void ServingScaler(this ILogger logger, Uri scaler);
}
