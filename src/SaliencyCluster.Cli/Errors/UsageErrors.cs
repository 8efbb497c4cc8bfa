using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Errors;

/// <summary>Turns what the parser found wrong into coded errors: SAL2501 unknown word, SAL2502 anything else.</summary>
internal static class UsageErrors
{
    /// <exception cref="SaliencyException">SAL2501 or SAL2502.</exception>
    public static void ThrowIfAny(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 || parsed.Action is HelpAction) return;
        var command = parsed.CommandResult.Command;
        var help = $"Show the options: {CommandPath(parsed.CommandResult)} --help";
        if (parsed.UnmatchedTokens is [var word, ..])
        {
            var known = word.StartsWith('-') ? Names(parsed.CommandResult) : command.Subcommands.Select(c => c.Name);
            var kind = word.StartsWith('-') ? "option" : "command or argument";
            throw new SaliencyException("SAL2501", $"'{word}' is no {kind} of '{CommandPath(parsed.CommandResult)}'.", Suggestion.For(word, known) + help);
        }
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            throw new SaliencyException("SAL2502", $"'{CommandPath(parsed.CommandResult)}' needs a command: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.", help);
        }
        throw new SaliencyException("SAL2502", string.Join(' ', parsed.Errors.Select(e => e.Message)), help);
    }

    private static string CommandPath(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{CommandPath(parent)} {result.Command.Name}" : "saliency";

    private static IEnumerable<string> Names(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Command.Options)
                if (result.Parent is null || !option.Recursive) yield return option.Name;
        }
    }
}
