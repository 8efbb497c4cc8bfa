using System.Globalization;

namespace SaliencyCluster.Fuzz;

/// <summary>What the command line asks for.</summary>
/// <param name="Target"><c>compiler</c> (read, specialise, summarise and compile what is accepted; the default), <c>reader</c> (read
/// and specialise), <c>image</c> (decode pictures), <c>npy</c> (read arrays) or <c>calls</c> (send requests to
/// <paramref name="Gateway"/>).</param>
/// <param name="Inputs">The most inputs to try.</param>
/// <param name="Seconds">The longest time to try.</param>
/// <param name="Seed">Which inputs.</param>
/// <param name="First">Where in the sequence to begin, to repeat one input.</param>
/// <param name="Gateway">Where a gateway without keys serves gRPC that has the model mnist-mlp.</param>
internal sealed record FuzzOptions(string Target, long Inputs, double Seconds, int Seed, long First, Uri? Gateway = null)
{
    public const string Usage =
        "SaliencyCluster.Fuzz [--target compiler|reader|image|npy|calls --gateway URL] [--inputs N] [--seconds S] [--seed N] [--first N]";

    public static FuzzOptions? Parse(string[] args)
    {
        var options = new FuzzOptions("compiler", 1_000_000, 600, 1, 0);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var text = args[i + 1];
            var number = double.TryParse(text, CultureInfo.InvariantCulture, out var parsed) && parsed >= 0 ? parsed : (double?)null;
            options = (args[i], number) switch
            {
                ("--target", _) when text is "reader" or "compiler" or "image" or "npy" or "calls" => options with { Target = text },
                ("--gateway", _) when Uri.TryCreate(text, UriKind.Absolute, out var gateway) => options with { Gateway = gateway },
                ("--inputs", { } n) => options with { Inputs = (long)n },
                ("--seconds", { } n) => options with { Seconds = n },
                ("--seed", { } n) => options with { Seed = (int)n },
                ("--first", { } n) => options with { First = (long)n },
                _ => null,
            };
            if (options is null) return null;
        }
        return args.Length % 2 == 0 && (options.Target != "calls" || options.Gateway is not null) ? options : null;
    }
}
