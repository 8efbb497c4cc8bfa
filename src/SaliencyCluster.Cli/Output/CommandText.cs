namespace SaliencyCluster.Cli.Output;

/// <summary>The command as it was given, for a page that others will see: without a key.</summary>
internal static class CommandText
{
    private const string Key = "--api-key";

    public static string Of(CliHost host) => "saliency " + string.Join(' ', host.Arguments.Select((argument, i) =>
        i > 0 && host.Arguments[i - 1] == Key ? "..."
        : argument.StartsWith(Key + "=", StringComparison.Ordinal) || argument.StartsWith(Key + ":", StringComparison.Ordinal)
            ? Key + "=..."
        : argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument));
}
