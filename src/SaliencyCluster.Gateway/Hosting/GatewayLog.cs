namespace SaliencyCluster.Gateway.Hosting;

internal static partial class GatewayLog
{
    [LoggerMessage(EventId = 2600, Level = LogLevel.Information, Message = "Serving gRPC at {Grpc} and REST at {Http}")]
    public static partial void Serving(this ILogger logger, Uri grpc, Uri http);
}
