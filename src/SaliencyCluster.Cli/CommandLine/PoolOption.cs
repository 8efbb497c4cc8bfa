using System.CommandLine;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary><c>--pool</c>: which workers compute.</summary>
internal sealed class PoolOption : Option<string>
{
    public PoolOption() : base("--pool")
    {
        Description = "Pool of workers that computes, such as one with GPUs. Default: the pool 'default', or the first of the API key's own.";
        HelpName = "NAME";
        DefaultValueFactory = _ => "";
    }
}
