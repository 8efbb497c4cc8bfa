using System.CommandLine;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;

namespace SaliencyCluster.Cli.Commands.Methods;

/// <summary><c>saliency methods</c>: what can be computed, what it costs and what it needs.</summary>
internal sealed class MethodsCommand(CliHost host) : CliCommand("methods", "List the attribution methods, their cost and their options.", host)
{
    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var methods = MethodCatalog.All;
        if (host.Json)
        {
            JsonPrinter.Print(host.Out, methods.Select(method => new { method.Name, method.Description }));
            return Task.FromResult(ExitCode.Ok);
        }
        TablePrinter.Print(host, ["method", "cost per image", "options", "what it shows"], methods.Select(method => new[]
        {
            method.Name, method.Description.Cost, string.Join(' ', method.Description.Options.Select(Text)), method.Description.Summary,
        }));
        return Task.FromResult(ExitCode.Ok);
    }

    private static string Text(MethodOption option) => option.Default is { Length: > 0 } value ? $"--{option.Name} {value}" : $"--{option.Name}";
}
