using System.CommandLine;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary><c>--points</c>: where points are made in this process.</summary>
internal sealed class PointsOption : Option<string?>
{
    private const string Host = "host", Device = "device";

    public PointsOption() : base("--points")
    {
        Description = "Where noise, paths and masks are made in this process: host (a processor) or device (in the graph). "
            + "Default: device for a GPU, host for cpu.";
        HelpName = "PLACE";
        AcceptOnlyFromAmong(Host, Device);
    }

    /// <summary>Gets what was asked for; null where nothing was.</summary>
    public bool? OnDevice(ParseResult arguments) => arguments.GetValue(this) is { } place ? place == Device : null;
}
