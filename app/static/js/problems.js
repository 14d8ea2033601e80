// What the server says of a form, at the fields that it means; what was typed stays.

export function clearErrors(form) {
  for (const error of form.querySelectorAll("[data-error], [id$='-form-error'], #handover-error")) error.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

export function showErrors(form, problem, otherwise) {
  let first = null;
  for (const { field, message } of problem.errors) {
    const name = field.split(".")[0];
    const line = form.querySelector(`[data-error="${name}"]`);
    if (!line) continue;
    line.textContent = message;
    line.hidden = false;
    const input = form.elements[name];
    input?.setAttribute?.("aria-invalid", "true");
    first ??= input?.focus ? input : null;
  }
  if (first) first.focus();
  else {
    otherwise.textContent = problem.detail || problem.title;
    otherwise.hidden = false;
  }
}
