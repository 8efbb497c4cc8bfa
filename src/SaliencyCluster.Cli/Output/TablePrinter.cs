using Spectre.Console;

namespace SaliencyCluster.Cli.Output;

/// <summary>Prints tables: drawn and wrapped on a terminal, plain columns otherwise.</summary>
internal static class TablePrinter
{
    /// <summary>Prints rows under headings; the texts are taken as they are, not as markup.</summary>
    public static void Print(CliHost host, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = host.OutIsTerminal ? TableBorder.Rounded : TableBorder.None };
        foreach (var heading in headings) table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell)));
        Console(host).Write(table);
    }

    private static IAnsiConsole Console(CliHost host)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(host.Out),
            Ansi = host.OutIsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        // A file has no width: a wide one keeps every row on one line, for grep.
        console.Profile.Width = host.OutIsTerminal ? host.Width : 500;
        return console;
    }
}
