using MudBlazor;
using SaliencyCluster.Client.Errors;

namespace SaliencyCluster.Dashboard.Layout;

/// <summary>Says in a corner of the page what became of a click.</summary>
public sealed class Notices(ISnackbar snackbar)
{
    /// <summary>Does what was clicked and says how it went.</summary>
    /// <param name="work">What was clicked.</param>
    /// <param name="done">What to say when it is done.</param>
    /// <returns>Whether it was done.</returns>
    public async Task<bool> TryAsync(Func<Task> work, string done)
    {
        try
        {
            await work();
            snackbar.Add(done, Severity.Success);
            return true;
        }
        catch (GatewayException refused)
        {
            snackbar.Add($"{refused.Code}: {refused.What} {refused.Next}", Severity.Error);
            return false;
        }
    }
}
